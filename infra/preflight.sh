#!/usr/bin/env bash
# Says before a deployment whether it can succeed: one line for each thing that it needs, with what to do. It only reads, unless
# --register is given.
#
#   infra/preflight.sh --location REGION [OPTION]...
#
#   --subscription ID   not the one that the Azure CLI has chosen
#   --with azd          deploys with azd: its version is looked at, too
#   --package FILE      deploys this package: nothing is built
#   --governs IDS       the subscriptions to govern (parameter subscriptionIds), with commas between; else the one above
#   --role-name NAME    what the custom role is called (parameter roleName)
#   --providers NAMES   further resource providers that are needed, with commas between
#   --register          registers the resource providers that are missing, and waits for them
#   --dry-run           prints the commands and runs none
#
# A line says `ok`, `missing`, or `unknown` where nothing answers that could say so.
#
# Exit codes: 0 nothing is missing, 1 something is, 2 wrong usage.
set -euo pipefail
# shellcheck source=infra/common.sh
. "$(dirname "$0")/common.sh"
here=$(dirname "$0")

governs='' further='' role='Lamplighter operator' location='' tool=az package='' register=false missing=0
account=(--only-show-errors) chosen=()
while [ $# -gt 0 ]; do
    case $1 in
    --location | --subscription | --with | --package | --governs | --role-name | --providers) needs_value "$1" $# ;;
    esac
    case $1 in
    --location) location=$2 && shift 2 ;;
    --subscription) chosen=(--subscription "$2") && shift 2 ;;
    --with) tool=$2 && shift 2 ;;
    --package) package=$2 && shift 2 ;;
    --governs) governs=$2 && shift 2 ;;
    --role-name) role=$2 && shift 2 ;;
    --providers) further=${2//,/ } && shift 2 ;;
    --register) register=true && shift ;;
    --dry-run) dry_run=true && shift ;;
    --help | -h) help ;;
    *) misused "there is no option $1" ;;
    esac
done
[ -n "$location" ] || misused "--location is needed"
account=("${account[@]}" ${chosen[@]+"${chosen[@]}"})
case $tool in az | azd) ;; *) misused "--with takes az or azd, not $tool" ;; esac

# The resource providers of everything in main.bicep that is always made, and of what it stands on: Flex Consumption runs on Microsoft.App, and
# alerts are shown by Microsoft.AlertsManagement.
providers='Microsoft.AlertsManagement Microsoft.App Microsoft.Authorization Microsoft.Insights Microsoft.ManagedIdentity
    Microsoft.OperationalInsights Microsoft.Resources Microsoft.Storage Microsoft.Web'
# What the one who deploys must be allowed to do, on the subscription.
to_deploy='Microsoft.Resources/deployments/write Microsoft.Resources/subscriptions/resourceGroups/write
    Microsoft.ManagedIdentity/userAssignedIdentities/write Microsoft.Storage/storageAccounts/write Microsoft.Web/sites/write
    Microsoft.OperationalInsights/workspaces/write Microsoft.Insights/scheduledQueryRules/write'
to_grant='Microsoft.Authorization/roleDefinitions/write Microsoft.Authorization/roleAssignments/write'

ok() { printf '%-8s  %-13s  %s\n' ok "$1" "$2"; }
unknown() { printf '%-8s  %-13s  %s\n' unknown "$1" "$2"; }
lacks() {
    printf '%-8s  %-13s  %s\n' missing "$1" "$2"
    missing=$((missing + 1))
}

# look COMMAND...: runs a command that reads. Its answer is in $found, and what it says of a failure, on one line, in $why.
look() {
    if $dry_run; then
        typed "$@"
        return 1
    fi
    why=''
    if found=$("$@" 2>"$errors"); then return; fi
    why=$(tr '\n' ' ' <"$errors" | cut -c 1-160)
    return 1
}

# What azd can do without: it signs in by itself. Then what only the Azure CLI could tell is not known.
lacks_cli() { if [ "$tool" = azd ]; then unknown "$@"; else lacks "$@"; fi; }

check_cli() {
    command -v az >/dev/null || $dry_run || {
        lacks_cli 'Azure CLI' "not installed: https://learn.microsoft.com/cli/azure/install-azure-cli"
        return
    }
    look az version --query '"azure-cli"' --output tsv || { $dry_run || lacks 'Azure CLI' "does not run: $why"; return; }
    if ! at_least "$found" "$least_cli"; then
        lacks 'Azure CLI' "$found is too old: az upgrade (at least $least_cli)"
    elif ! at_least "$found" "$config_zip_cli"; then
        ok 'Azure CLI' "$found; before $config_zip_cli the package goes the way without the poll (infra/upload.sh)"
    else
        ok 'Azure CLI' "$found"
    fi
}

check_azd() {
    [ "$tool" = azd ] || return 0
    command -v azd >/dev/null || $dry_run || {
        lacks azd "not installed: https://aka.ms/install-azd"
        return
    }
    if look azd version --no-prompt; then
        found=$(printf '%s\n' "$found" | sed -n 's/^azd version \([0-9][0-9.]*\).*/\1/p')
        if at_least "${found:-0}" "$least_azd"; then ok azd "$found"; else
            lacks azd "${found:-an unknown version} is too old: azd update, or https://aka.ms/install-azd (at least $least_azd)"
        fi
    fi
    # It ends well whatever it finds, and says so in its answer.
    if look azd auth login --check-status --output json --no-prompt && grep -q '"status": *"success"' <<<"$found"; then
        ok 'azd signed in' yes
    else
        $dry_run || lacks 'azd signed in' 'azd auth login'
    fi
}

# What builds the package, where it is to be built.
check_tools() {
    local tool
    $dry_run && return
    if python3 -c 'import sys, json; sys.exit(sys.version_info < (3, 10))' 2>"$errors"; then ok python3 'reads the parameters'; else
        lacks python3 'at least 3.10: https://www.python.org/downloads'
    fi
    if [ -n "$package" ]; then
        if [ -f "$package" ]; then ok package "$package"; else lacks package "$package is not there"; fi
        return
    fi
    # Debian has both in a package of their own.
    if python3 -c 'import venv, ensurepip' 2>"$errors"; then ok 'python3 venv' 'brings the linker'; else
        lacks 'python3 venv' "Python lacks venv or ensurepip (Debian, Ubuntu: apt-get install python3-venv); or give --package"
    fi
    # Not every cargo comes from rustup, which brings the version and the target that are asked for.
    for tool in cargo:https://rustup.rs rustup:https://rustup.rs 'cc:a C compiler (gcc or clang), for what is run while it builds'; do
        if command -v "${tool%%:*}" >/dev/null; then ok "${tool%%:*}" 'builds the package'; else
            lacks "${tool%%:*}" "not installed: ${tool#*:}; or give a package of a release with --package"
        fi
    done
}

# Everything below needs an account; without one it stops here.
check_account() {
    local id state name user
    if $dry_run; then
        read_into subscription az account show --query id --output tsv "${account[@]}"
        return
    fi
    if ! look az account show --query '[id, state, user.name, name]' --output tsv "${account[@]}"; then
        lacks_cli 'signed in' "az login ($why)"
        return 1
    fi
    # One line each, as `--output tsv` prints a list.
    { read -r id && read -r state && read -r user && read -r name; } <<<"$found" || true
    ok 'signed in' "$user"
    subscription=$id
    if [ "$state" = Enabled ]; then ok subscription "$name ($id)"; else
        lacks subscription "$name ($id) is $state: az account set --subscription <another>"
    fi
}

# allowed ACTION: whether one of the roles in $found allows it. A role is a line: its actions, a tab, and what it takes away;
# both with commas between. `*` stands for anything, and case does not count.
allowed() {
    local gives takes
    while IFS=$'\t' read -r gives takes; do
        if covers "$1" "$gives" && ! covers "$1" "$takes"; then return; fi
    done <<<"$found"
    return 1
}

covers() {
    local action=$1 pattern IFS=,
    set -f
    for pattern in $2; do
        # shellcheck disable=SC2053 # It is a pattern.
        if [[ $action == $pattern ]]; then
            set +f
            return
        fi
    done
    set +f
    return 1
}

check_rights() {
    local action lacking
    if ! look az rest --method get --url \
        "/subscriptions/$subscription/providers/Microsoft.Authorization/permissions?api-version=2022-04-01" \
        --query "value[].[join(',', actions), join(',', notActions)]" --output tsv "${account[@]:0:1}"; then
        $dry_run || unknown rights "$why"
        return 0
    fi
    shopt -s nocasematch
    lacking=''
    for action in $to_deploy; do allowed "$action" || lacking="$lacking $action"; done
    if [ -z "$lacking" ]; then ok 'may deploy' yes; else
        lacks 'may deploy' "the role Contributor on the subscription (not allowed:$lacking)"
    fi
    lacking=''
    for action in $to_grant; do allowed "$action" || lacking="$lacking $action"; done
    if [ -z "$lacking" ]; then ok 'may grant' yes; else
        lacks 'may grant' "the role Owner or User Access Administrator on the subscription (not allowed:$lacking)"
    fi
    shopt -u nocasematch
}

# The role is made and granted in each subscription that is governed, by a deployment of its own.
check_governed() {
    local id action lacking here=$subscription
    for id in ${governs//,/ }; do
        if [ "$id" = "$here" ]; then continue; fi
        if ! look az rest --method get --url \
            "/subscriptions/$id/providers/Microsoft.Authorization/permissions?api-version=2022-04-01" \
            --query "value[].[join(',', actions), join(',', notActions)]" --output tsv "${account[@]:0:1}"; then
            $dry_run || unknown 'may grant' "in $id: $why"
            continue
        fi
        shopt -s nocasematch
        lacking=''
        for action in Microsoft.Resources/deployments/write $to_grant; do allowed "$action" || lacking="$lacking $action"; done
        shopt -u nocasematch
        if [ -z "$lacking" ]; then ok 'may grant' "in $id"; else
            lacks 'may grant' "in $id: the role Owner there, or Contributor with User Access Administrator (not allowed:$lacking)"
        fi
        if ! look az provider show --namespace Microsoft.MachineLearningServices --query registrationState --output tsv \
            --subscription "$id" "${account[@]:0:1}"; then
            $dry_run || unknown providers "in $id: $why"
        elif [ "$found" = Registered ]; then ok providers "Microsoft.MachineLearningServices in $id"; else
            unknown providers "Microsoft.MachineLearningServices is not registered in $id: there is nothing to govern yet"
        fi
    done
}

# A name of a role may be used once in a tenant; main.bicep gives its own, in each subscription, a fixed id there.
check_role() {
    local id own list
    for id in $(tr ',' '\n' <<<"${governs:-$subscription}"); do
        list=(az role definition list --custom-role-only true --query "[?roleName=='$role ($id)'].name" --output tsv
            --subscription "$id" "${account[@]:0:1}")
        if ! look "${list[@]}"; then
            $dry_run || unknown 'role name' "in $id: $why"
            continue
        fi
        own=$(python3 -c 'import sys, uuid
print(uuid.uuid5(uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830"), f"/subscriptions/{sys.argv[1]}-lamplighter-operator"))' "$id") || own=''
        if [ -z "$found" ]; then ok 'role name' "$role ($id) is free"; elif [ "$found" = "$own" ]; then
            ok 'role name' "$role ($id) is Lamplighter's own already"
        else
            lacks 'role name' "another role is called $role ($id): remove it, or give --parameters roleName=<another>"
        fi
    done
}

check_providers() {
    local name state lacking=''
    if ! look az provider list --query '[].[namespace, registrationState]' --output tsv "${account[@]}"; then
        $dry_run || unknown providers "$why"
        return 0
    fi
    for name in $providers $further; do
        state=$(awk -v name="$name" 'tolower($1) == tolower(name) { print $2 }' <<<"$found")
        [ "$state" = Registered ] || lacking="$lacking $name"
    done
    if [ -z "$lacking" ]; then
        ok providers 'all registered'
        return
    fi
    for name in $lacking; do
        if $register && az provider register --namespace "$name" --wait --output none "${account[@]}"; then
            ok providers "$name: registered just now"
        else
            lacks providers "$(typed az provider register --namespace "$name" --wait ${chosen[@]+"${chosen[@]}"})"
        fi
    done
}

check_region() {
    if ! look az functionapp list-flexconsumption-locations --query '[].name' --output tsv "${account[@]}"; then
        $dry_run || unknown region "$why"
    elif grep -qix -- "$(tr -d ' ' <<<"$location")" <<<"$found"; then
        ok region "$location offers Flex Consumption"
    else
        lacks region "$location does not offer Flex Consumption; these do: $(sort <<<"$found" | tr '\n' ' ')"
    fi
}

# Custom handlers are missing in the list of runtimes that the Azure CLI reads in many regions, and the command then fails or
# prints nothing. That says nothing of whether the runtime is there.
check_runtime() {
    local wanted
    wanted=$(sed -n "/^var runtime = {/,/^}/s/.*version: '\(.*\)'.*/\1/p" "$here/modules/app.bicep")
    if look az functionapp list-flexconsumption-runtimes --location "$location" --runtime custom --query '[].version' \
        --output tsv "${account[@]}" && [ -n "$found" ]; then
        if grep -qx -- "$wanted" <<<"$found"; then ok runtime "custom $wanted"; else
            lacks runtime "custom $wanted is not offered, but $(tr '\n' ' ' <<<"$found"): change runtime in infra/modules/app.bicep"
        fi
    elif ! $dry_run; then
        unknown runtime "the list has no custom handlers; custom $wanted is what Microsoft's own samples name"
    fi
}

# used_up: of lines `name, used, limit` those that are at their limit; 0 and less is no limit.
used_up() { awk -F '\t' '$3 > 0 && $2 >= $3 { printf "%s (%s of %s) ", $1, $2, $3 }' <<<"$found"; }

check_quota() {
    local full
    if look az storage account show-usage --location "$location" --query '[[name.value, currentValue, limit]]' --output tsv \
        "${account[@]}"; then
        full=$(used_up)
        if [ -z "$full" ]; then ok 'quota storage' "$(awk -F '\t' '{ print $2 " of " $3 " accounts" }' <<<"$found")"; else
            lacks 'quota storage' "${full}in $location: remove an account, or ask for more in the portal under Quotas"
        fi
    else
        $dry_run || unknown 'quota storage' "$why"
    fi
    if look az rest --method get --url \
        "/subscriptions/$subscription/providers/Microsoft.Web/locations/$location/usages?api-version=2024-11-01" \
        --query 'value[].[name.value, currentValue, limit]' --output tsv "${account[@]:0:1}"; then
        full=$(used_up)
        if [ -z "$full" ]; then ok 'quota web' 'nothing is used up'; else
            lacks 'quota web' "${full}in $location: ask for more in the portal under Quotas, or take another region"
        fi
    else
        $dry_run || unknown 'quota web' "$why"
    fi
}

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
check_cli
check_azd
check_tools
if check_account; then
    check_rights
    check_governed
    check_role
    check_providers
    check_region
    check_runtime
    check_quota
fi
if [ "$missing" -gt 0 ]; then
    say "$missing missing: do what the lines say, and run this again."
    exit 1
fi
