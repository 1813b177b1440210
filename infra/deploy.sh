#!/usr/bin/env bash
# Deploys Lamplighter, or changes one that is deployed: looks whether it can (infra/preflight.sh), builds the package, creates the
# resources and brings the package to the function app. Whatever is there already stays: run it as often as you like.
#
#   infra/deploy.sh --location REGION [OPTION]...
#
#   --name NAME          names the installation and its deployment: up to 20 letters, digits and hyphens; else lamplighter
#   --subscription ID    not the one that the Azure CLI has chosen
#   --parameters WHAT    parameters of infra/main.bicep, as name=value or a file, as often as needed; a .bicepparam file says the
#                        name and the region itself
#   --package FILE       deploys this package, of a release or of infra/package.sh, and builds none
#   --with azd           with azd, which keeps parameters in its environment NAME; else with the Azure CLI
#   --reset-parameters   begins with the defaults; else what an earlier deployment was given is given again
#   --drop-settings      gives up what was set by hand and cannot be kept; else there must be no such app setting
#   --register           registers the resource providers that are missing
#   --skip-preflight     does not look whether it can
#   --dry-run            prints the commands and runs none, as if nothing were deployed yet
#
# Exit codes: 0 done, 1 something failed or is missing, 2 wrong usage.
set -euo pipefail
# shellcheck source=infra/common.sh
. "$(dirname "$0")/common.sh"

name='' location='' package='' tool=az existing=false
reset=false drop=false preflight=true
given=() subscription=() register=()
while [ $# -gt 0 ]; do
    case $1 in
    --name | --location | --subscription | --parameters | --package | --with) needs_value "$1" $# ;;
    esac
    case $1 in
    --name) name=$2 && shift 2 ;;
    --location) location=$2 && shift 2 ;;
    --subscription) subscription=(--subscription "$2") && shift 2 ;;
    --parameters) given=(${given[@]+"${given[@]}"} "$2") && shift 2 ;;
    --package) package=$2 && shift 2 ;;
    --with) tool=$2 && shift 2 ;;
    --reset-parameters) reset=true && shift ;;
    --drop-settings) drop=true && shift ;;
    --register) register=(--register) && shift ;;
    --skip-preflight) preflight=false && shift ;;
    --dry-run) dry_run=true && shift ;;
    # What upgrade.sh says.
    --existing) existing=true && shift ;;
    --help | -h) help ;;
    *) misused "there is no option $1" ;;
    esac
done
for pair in ${given[@]+"${given[@]}"}; do
    case $pair in environmentName=* | location=*) misused "--name and --location say ${pair%%=*}" ;; esac
done
case $tool in az | azd) ;; *) misused "--with takes az or azd, not $tool" ;; esac
[ -z "$package" ] || $dry_run || [ -f "$package" ] || fail "$package is not there"
# Paths are the caller's; from here on, the repository's folder is the one to work in.
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }
if [ -n "$package" ] && ! $dry_run; then package=$(absolute "$package"); fi
# in_bicepparam FILE PARAMETER: its text there, or nothing.
in_bicepparam() {
    local line
    line=$(grep -E "^ *param +$2 *=" "$1" | head -n 1) || return 0
    [[ $line =~ ^[^=]*=\ *\'([^\'\$]*)\'\ *(//.*)?$ ]] || fail "$1: write $2 as a plain text, since it is asked for before anything is deployed"
    printf '%s' "${BASH_REMATCH[1]}"
}
# A file of Bicep takes no parameter beside it that it says itself.
says_itself() {
    local own
    own=$(in_bicepparam "$1" environmentName) || exit 1
    own=${own:-lamplighter}
    [ -z "$name" ] || [ "$name" = "$own" ] || misused "$1 says environmentName '$own', not $name: leave --name out, or change the file"
    name=$own
    own=$(in_bicepparam "$1" location) || exit 1
    [ -z "$own" ] || [ -z "$location" ] || [ "$location" = "$own" ] ||
        misused "$1 says location '$own', not $location: leave --location out, or change the file"
    location=${own:-$location}
}
for ((i = 0; i < ${#given[@]}; i++)); do
    case ${given[i]} in *.bicepparam) if [ -f "${given[i]}" ]; then says_itself "${given[i]}"; fi ;; esac
    if $dry_run; then continue; fi
    if [ -f "${given[i]}" ]; then given[i]=$(absolute "${given[i]}"); fi
    case ${given[i]} in @*) if [ -f "${given[i]#@}" ]; then given[i]=@$(absolute "${given[i]#@}"); fi ;; esac
done
name=${name:-lamplighter}
check_name "$name"
cd "$(dirname "$0")/.."
account=(--only-show-errors ${subscription[@]+"${subscription[@]}"})
work=''
if $existing || ! $dry_run; then read_into work mktemp -d; fi
if ! $dry_run; then trap 'rm -rf "$work"' EXIT; fi

# Where the deployment of this name was recorded, and the region that it was given. Azure keeps the record's place: a deployment
# of the same name from another place is refused.
earlier() {
    local found region
    recorded=''
    if $dry_run; then
        $existing || return 0
        read_into recorded az deployment sub show --name "$name" --query location --output tsv "${account[@]}"
        read_into location az deployment sub show --name "$name" --query properties.parameters.location.value --output tsv \
            "${account[@]}"
        return
    fi
    read_into found az deployment sub list --query "[?name=='$name'].[location, properties.parameters.location.value]" \
        --output tsv "${account[@]}"
    if [ -z "$found" ]; then
        unrecorded
        return
    fi
    IFS=$'\t' read -r recorded region <<<"$found"
    case $region in None | '') region=$recorded ;; esac
    if [ -n "$location" ] && [ "$location" != "$region" ]; then
        fail "$name is in $region already. It stays there: leave --location out, or remove it first (infra/remove.sh)"
    fi
    location=$region
}

# The function app of this name, whoever deployed it: the template writes the name as a tag.
find_app() {
    local of
    of=$(of_installation)
    read_one group az resource list --resource-type Microsoft.Web/sites --query "$of.resourceGroup" --output tsv "${account[@]}"
    read_one app az resource list --resource-type Microsoft.Web/sites --query "$of.name" --output tsv "${account[@]}"
}

# What azd deployed is not recorded under this name, and Azure forgets deployments that are old. Then nobody knows what it was given.
unrecorded() {
    local group app
    find_app
    if [ -n "$app" ] && ! $reset; then
        fail "$app is there, but no deployment $name from which its parameters could be taken. Where azd made it, go on with" \
            "--with azd; else give every parameter again, with --reset-parameters"
    fi
    if $existing && [ -z "$app" ]; then fail "$name is not deployed here; infra/deploy.sh does that"; fi
}

# The resource providers of what is made only where it is asked for.
further_providers() {
    local pair on
    for pair in noticeEmail:Microsoft.Communication noticeEventGrid:Microsoft.EventGrid; do
        on=$(python3 infra/given.py "${pair%%:*}" ${given[@]+"${given[@]}"}) || exit 1
        case $on in [Tt]rue) printf ',%s' "${pair#*:}" ;; esac
    done
}

look() {
    local ids='' role='' found='' was_ids='' was_role='' further=''
    $preflight || return 0
    if command -v python3 >/dev/null && ! $dry_run; then
        ids=$(python3 infra/given.py subscriptionIds ${given[@]+"${given[@]}"}) || exit 1
        role=$(python3 infra/given.py roleName ${given[@]+"${given[@]}"}) || exit 1
        further=$(further_providers) || exit 1
        if [ -n "$recorded" ] && ! $reset; then
            read_into found az deployment sub show --name "$name" --output tsv "${account[@]}" --query \
                "properties.parameters.[join(',', subscriptionIds.value || \`[]\`), roleName.value || '']"
            { read -r was_ids && read -r was_role; } <<<"$found" || true
            ids=${ids:-$was_ids} role=${role:-$was_role}
        fi
    fi
    run bash infra/preflight.sh --location "$location" ${ids:+--governs "$ids"} ${role:+--role-name "$role"} \
        ${further:+--providers "${further#,}"} ${subscription[@]+"${subscription[@]}"} \
        ${register[@]+"${register[@]}"} ${package:+--package "$package"} "$@"
}

build() {
    if [ -z "$package" ]; then
        run bash infra/package.sh
        package=target/package/lamplighter.zip
    fi
}

# Everything that the earlier deployment was given, and what its function app was told by hand since, in a file of parameters.
keep() {
    local group app
    [ -n "$recorded" ] || return 0
    save "$work/deployment.json" az deployment sub show --name "$name" --query properties --output json "${account[@]}"
    find_app
    if [ -n "$app" ]; then
        save "$work/settings.json" az functionapp config appsettings list --resource-group "$group" --name "$app" --output json \
            "${account[@]}"
    else
        echo '[]' >"$work/settings.json" # It failed before it came so far.
    fi
    judge "$work/settings.json" "$work/deployment.json"
    if ! $bicepparam; then kept=(--parameters "@$work/parameters.json"); fi
}

# judge SETTINGS DEPLOYMENT [OPTION]...: what becomes of that which was set by hand. It ends here if something would be lost.
judge() {
    local arguments
    arguments=(--template infra/azuredeploy.json --settings "$1" --deployment "$2")
    shift 2
    # A file of Bicep says every parameter, and so does azd: nothing can be carried over.
    if [ "$tool" = az ] && ! $bicepparam; then arguments=("${arguments[@]}" --out "$work/parameters.json"); fi
    if $drop; then arguments=("${arguments[@]}" --drop-settings); fi
    if $reset; then arguments=("${arguments[@]}" --reset); fi
    run python3 infra/parameters.py "${arguments[@]}" "$@" ${given[@]+"${given[@]}"} || exit 1
}

# What the deployment made.
read_outputs() {
    read_into group az deployment sub show --name "$name" --query properties.outputs.AZURE_RESOURCE_GROUP.value --output tsv \
        "${account[@]}"
    read_into app az deployment sub show --name "$name" --query properties.outputs.AZURE_FUNCTION_APP_NAME.value \
        --output tsv "${account[@]}"
}

create() {
    local trial parameters
    parameters=(--parameters "environmentName=$name" "location=$location")
    # A file of Bicep says both itself, and wants Bicep's compiler; the ARM template needs none.
    if $bicepparam; then parameters=(); fi
    command=(az deployment sub create --name "$name" --location "${recorded:-$location}" --template-file "$template"
        ${kept[@]+"${kept[@]}"} ${parameters[@]+"${parameters[@]}"} ${options[@]+"${options[@]}"}
        --output none "${account[@]}")
    if $dry_run; then
        run "${command[@]}"
        return
    fi
    # A role that was created a moment ago is not known everywhere yet; the next try finds everything else done.
    for ((trial = 1; ; trial++)); do
        if { run "${command[@]}" 2>&1 >&3 | tee "$work/log" >&2; } 3>&1; then return; fi
        if ((trial == 3)) || ! grep -q -E 'RoleDefinitionDoesNotExist|PrincipalNotFound' "$work/log"; then
            fail 'the deployment failed; docs/deploy.md, "Nothing happens", has the likely causes'
        fi
        say "Azure does not know the new role or identity everywhere yet. Trying again in a minute."
        sleep 60
    done
}

with_az() {
    local group app i bicepparam=false template=infra/azuredeploy.json
    kept=() options=()
    for ((i = 0; i < ${#given[@]}; i++)); do
        options=(${options[@]+"${options[@]}"} --parameters "${given[i]}")
        case ${given[i]} in *.bicepparam) bicepparam=true template=infra/main.bicep ;; esac
    done
    earlier
    [ -n "$location" ] || misused "--location is needed for a first deployment"
    look
    build
    keep
    create
    read_outputs
    run bash infra/upload.sh --resource-group "$group" --name "$app" --package "$package" \
        ${subscription[@]+"${subscription[@]}"}
    read_into acts_in az functionapp config appsettings list --resource-group "$group" --name "$app" \
        --query "[?name=='ACT_IN'].value | [0]" --output tsv "${account[@]}"
}

# azd gives all parameters each time, so what was set by hand since is compared with what it gave the last time, by the record that it
# keeps under a name of its own and tags. It needs the Azure CLI, which azd itself does not.
look_for_settings() {
    local group app values='' newest
    if $dry_run; then
        echo '# Where the Azure CLI is signed in, app settings that were set by hand are looked for, and it stops if there are any.'
        return
    fi
    if $drop; then return; fi
    if $made; then values=$(azd env get-values --environment "$name" --no-prompt) || fail "azd env get-values failed"; fi
    printf '%s\n' "$values" >"$work/values"
    newest=$(azd_value AZURE_SUBSCRIPTION_ID)
    if [ -z "${subscription[*]-}" ] && [ -n "$newest" ]; then account=("${account[@]}" --subscription "$newest"); fi
    if ! az account show --output none "${account[@]}" 2>/dev/null; then
        say "The Azure CLI is not there or not signed in (az login), so nobody looks whether app settings were set by hand, such as" \
            "LAMPLIGHTER_MODE. azd replaces them all."
        return
    fi
    find_app
    [ -n "$app" ] || return 0
    save "$work/settings.json" az functionapp config appsettings list --resource-group "$group" --name "$app" --output json "${account[@]}"
    newest="sort_by([?tags.\"azd-env-name\"=='$name' && properties.outputs.LAMPLIGHTER_PRINCIPAL_ID], &properties.timestamp)[-1].properties"
    save "$work/deployment.json" az deployment sub list --query "$newest || \`{}\`" --output json "${account[@]}"
    judge "$work/settings.json" "$work/deployment.json" --as-azd infra/main.parameters.json --azd-values "$work/values"
}

azd_value() { sed -n "s/^$1=\"\(.*\)\"$/\1/p" "$work/values"; }

# The variable of azd's environment that a parameter comes from, by main.parameters.json.
azd_variable() {
    tr -d '\n' <infra/main.parameters.json |
        sed -n "s/.*\"$1\" *: *{ *\"value\" *: *\"\${\([A-Z_]*\).*/\1/p"
}

with_azd() {
    local pair made=false region bicepparam=false
    [ -z "$package" ] || misused "azd builds the package itself: leave --package out"
    for pair in ${given[@]+"${given[@]}"}; do
        case $pair:$(azd_variable "${pair%%=*}") in
        *=*:?*) ;;
        *) misused "azd takes ${pair%%=*} from infra/main.parameters.json: write it there" ;;
        esac
    done
    if $existing || { ! $dry_run && azd env get-values --environment "$name" --no-prompt >/dev/null 2>&1; }; then
        made=true
        read_into region azd env get-value AZURE_LOCATION --environment "$name" --no-prompt
        if [ -n "$location" ] && [ "$location" != "$region" ] && ! $dry_run; then
            fail "azd's environment $name is of $region already. It stays there: leave --location out, or take another --name"
        fi
        location=$region
    fi
    [ -n "$location" ] || misused "--location is needed"
    look --with azd
    look_for_settings
    # Without a subscription azd may have to ask for one.
    local prompts=()
    if [ -n "${subscription[*]-}" ]; then prompts=(--no-prompt); fi
    if ! $made; then
        run azd env new "$name" --location "$location" ${subscription[@]+"${subscription[@]}"} --no-prompt
    fi
    for pair in ${given[@]+"${given[@]}"}; do
        run azd env set "$(azd_variable "${pair%%=*}")" "${pair#*=}" --environment "$name" --no-prompt
    done
    run azd up --environment "$name" ${prompts[@]+"${prompts[@]}"}
    if ! $dry_run; then
        azd env get-values --environment "$name" --no-prompt >"$work/values" || return 0
        acts_in=$(azd_value "$(azd_variable actIn)")
    fi
}

acts_in='' recorded=''
"with_$tool"
if $dry_run; then exit; fi
if [ -n "$acts_in" ]; then say "Deployed. It acts where ACT_IN says: docs/deploy.md, \"See it work\"."; else
    say "Deployed. Until ACT_IN says where, it stops nothing and records what it would do: docs/deploy.md, \"See it work\"."
fi
