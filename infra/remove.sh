#!/usr/bin/env bash
# Removes Lamplighter: saves the ledger, takes its rights away, and removes its role, its resource group and its deployment. The
# computes stay as they are at that moment. Whatever is gone already is passed over: run it again after a failure.
#
#   infra/remove.sh [OPTION]...
#
#   --name NAME              the installation; else lamplighter
#   --subscription ID        where it is deployed; else the one that the Azure CLI has chosen
#   --management-group ID    it has the role there, too; as often as needed
#   --principal ID           the identity's object id, where neither the identity nor the record of a deployment says it any more
#   --role-name NAME         what the parameter roleName was; else that of the deployment
#   --ledger FOLDER          where the ledger is saved; else lamplighter-ledger in the present folder
#   --without-ledger         the ledger is lost
#   --yes                    does not ask
#   --dry-run                prints the commands and runs none
#
# Exit codes: 0 done, 1 something failed or was refused, 2 wrong usage.
set -euo pipefail
# shellcheck source=infra/common.sh
. "$(dirname "$0")/common.sh"

name=lamplighter role='' principal='' ledger=lamplighter-ledger yes=false left=0
subscription=() groups=()
while [ $# -gt 0 ]; do
    case $1 in
    --name | --subscription | --management-group | --principal | --role-name | --ledger) needs_value "$1" $# ;;
    esac
    case $1 in
    --name) name=$2 && shift 2 ;;
    --subscription) subscription=(--subscription "$2") && shift 2 ;;
    --management-group) groups=(${groups[@]+"${groups[@]}"} "$2") && shift 2 ;;
    --principal) principal=$2 && shift 2 ;;
    --role-name) role=$2 && shift 2 ;;
    --ledger) ledger=$2 && shift 2 ;;
    --without-ledger) ledger='' && shift ;;
    --yes) yes=true && shift ;;
    --dry-run) dry_run=true && shift ;;
    --help | -h) help ;;
    *) misused "there is no option $1" ;;
    esac
done
# What role/kinds.bicep calls the roles of other kinds than the instance.
of_kinds=('Lamplighter cluster operator' 'Lamplighter deployment operator' 'Lamplighter vm operator' 'Lamplighter aks operator'
    'Lamplighter workbench operator' 'Lamplighter autoscale reader' 'Lamplighter auto-shutdown reader'
    'Lamplighter Foundry operation reader')
check_name "$name"
quiet=(--only-show-errors)
here=("${quiet[@]}" ${subscription[@]+"${subscription[@]}"})

# What is left of it. The identity carries the installation's name as a tag, by the template, whoever deployed it.
find_it() {
    local of
    of=$(of_installation)
    read_one group az group list --query "$of.name" --output tsv "${here[@]}"
    read_one account az storage account list --query "$of.name" --output tsv "${here[@]}"
    find_principal
    if [ -z "$role" ] && ! $dry_run; then
        read_into role az deployment sub list --query "[?name=='$name'].properties.parameters.roleName.value | [0]" \
            --output tsv "${here[@]}"
    fi
    role=${role:-Lamplighter operator}
}

# Whose rights are to be taken away. An identity that somebody removed is still named by the record of the deployment; azd writes
# several, of other names, and tags them.
find_principal() {
    local of recorded="[?name=='$name' || tags.\"azd-env-name\"=='$name'].properties"
    of=$(of_installation)
    [ -z "$principal" ] || return 0
    read_one principal az identity list --query "$of.principalId" --output tsv "${here[@]}"
    recorded=(az deployment sub list --query "sort_by($recorded, &timestamp)[].outputs.LAMPLIGHTER_PRINCIPAL_ID.value | [-1]"
        --output tsv "${here[@]}")
    if $dry_run; then
        # shellcheck disable=SC2016 # A line of the script that is printed.
        printf '[ -n "$principal" ] || principal=$''(%s)\n' "$(typed "${recorded[@]}")"
    elif [ -z "$principal" ]; then
        read_into principal "${recorded[@]}"
        [ -n "$principal" ] || say "Neither an identity nor a record of its deployment is there. If it has role assignments still" \
            "(az role assignment list --all), give its object id with --principal: its role cannot be removed before."
    fi
}

ask_first() {
    local answer type=$group
    if $dry_run || $yes; then return 0; fi
    if [ -n "$group" ]; then
        printf 'This removes the installation %s, and the resource group %s with everything in it.\n' "$name" "$group" >&2
        printf 'Type the name of the resource group: ' >&2
    else
        type=$name
        printf 'There is no resource group; this removes what is left of the roles of %s. Type the name of the installation: ' \
            "$name" >&2
    fi
    read -r answer || answer=''
    [ "$answer" = "$type" ] || fail "that is not $type: nothing was removed"
}

save_ledger() {
    [ -n "$ledger" ] && [ -n "$account" ] || return 0
    run mkdir -p "$ledger"
    run az storage blob download-batch --auth-mode login --account-name "$account" --source lamplighter --destination "$ledger" \
        --overwrite true --output none "${here[@]}" ||
        fail "the ledger was not saved, and nothing was removed. It takes the role Storage Blob Data Reader on $account; or" \
            "--without-ledger"
}

# remove_role LABEL SCOPE OPTION...: its assignments there, while the identity still has a name, and then the role. In a
# subscription the assignments are those in all that it holds, and the roles those of kinds, too.
remove_role() {
    local label=$1 scope=$2 ids id list one roles=("$role")
    shift 2
    list=(az role assignment list --assignee "$principal" --query '[].id' --output tsv "$@" "${quiet[@]}")
    case $1 in --all) roles=("$role" "${of_kinds[@]}") ;; esac
    if $dry_run; then
        printf '%s |\n    xargs -r -n 1 az role assignment delete --ids\n' "$(typed "${list[@]}")"
        for one in "${roles[@]}"; do drop_role "$one" "$label" "$scope" "$@"; done
        return
    fi
    if [ -n "$principal" ]; then
        read_into ids "${list[@]}"
        for id in $ids; do run az role assignment delete --ids "$id" --output none "${quiet[@]}"; done
    fi
    for one in "${roles[@]}"; do drop_role "$one" "$label" "$scope" "$@"; done
}

# drop_role NAME LABEL SCOPE OPTION...: the role alone.
drop_role() {
    local drop
    drop=(az role definition delete --name "$1 ($2)" --custom-role-only true --scope "$3" --output none "${quiet[@]}")
    case $4 in --all) drop=("${drop[@]}" --subscription "$2") ;; esac
    if $dry_run; then
        printf '%s || true\n' "$(typed "${drop[@]}")"
        return
    fi
    # Another installation may still have it; Azure then refuses, and it stays.
    run "${drop[@]}" || {
        left=$((left + 1))
        say "The role of $3 stays: the line above says why. Another installation has it still?"
    }
}

# The role is in every subscription that is governed; each that one sees is looked at.
remove_roles() {
    local ids id subscriptions tenant
    read_into tenant az account show --query tenantId --output tsv "${here[@]}"
    subscriptions=(az account list --query "[?state=='Enabled' && tenantId=='$tenant'].id" --output tsv "${quiet[@]}")
    # shellcheck disable=SC2016 # Variables are wanted.
    if $dry_run; then
        printf 'for id in $''(%s); do\n' "$(typed "${subscriptions[@]}")"
        remove_role '$id' '/subscriptions/$id' --all --subscription '$id' | sed 's/^/    /'
        echo 'done'
    else
        read_into ids "${subscriptions[@]}"
        for id in $ids; do remove_role "$id" "/subscriptions/$id" --all --subscription "$id"; done
    fi
    for id in ${groups[@]+"${groups[@]}"}; do
        remove_role "$id" "/providers/Microsoft.Management/managementGroups/$id" \
            --scope "/providers/Microsoft.Management/managementGroups/$id"
    done
}

remove_record() {
    local found
    if $dry_run; then found=$name; else
        read_into found az deployment sub list --query "[?name=='$name'].name" --output tsv "${here[@]}"
    fi
    if [ -n "$found" ]; then run az deployment sub delete --name "$name" --output none "${here[@]}"; fi
}

find_it
if ! $dry_run && [ -z "$group$principal$account" ]; then say "There is no $name here; looking for what is left of its roles."; fi
ask_first
save_ledger
remove_roles
if [ -n "$group" ]; then run az group delete --name "$group" --yes --output none "${here[@]}"; fi
remove_record
if [ "$left" -gt 0 ]; then fail "$left of its roles stay"; fi
$dry_run || say "Removed. Its computes are as they were; Azure keeps deleted logs for two weeks."
