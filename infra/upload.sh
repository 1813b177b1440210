#!/usr/bin/env bash
# Brings a package to a function app that is there, with the Azure CLI. deploy.sh and upgrade.sh call it; after the Deploy button
# it is the second step.
#
#   infra/upload.sh --resource-group GROUP --name APP --package FILE [OPTION]...
#
#   --subscription ID   not the one that the Azure CLI has chosen
#   --without-poll      talks to the deployment endpoint itself, and does not ask the app how it is
#   --dry-run           prints the commands and runs none
#
# The app denies every caller's address unless some are allowed, and the Azure CLI asks the app itself after it has brought the
# package. From 2.87.0 it then says "Deployment was successful but health check failed due to IP restriction.", which is what is
# to be expected; an earlier one asks for ever. With such a one, this script takes the way without that poll by itself.
#
# Exit codes: 0 done, 1 something failed, 2 wrong usage.
set -euo pipefail
# shellcheck source=infra/common.sh
. "$(dirname "$0")/common.sh"

group='' app='' package='' scm='' token='' poll=true tries=3
account=(--only-show-errors)
while [ $# -gt 0 ]; do
    case $1 in
    --resource-group | --name | --package | --subscription) needs_value "$1" $# ;;
    esac
    case $1 in
    --resource-group) group=$2 && shift 2 ;;
    --name) app=$2 && shift 2 ;;
    --package) package=$2 && shift 2 ;;
    --subscription) account=("${account[@]}" --subscription "$2") && shift 2 ;;
    --without-poll) poll=false && shift ;;
    --dry-run) dry_run=true && shift ;;
    --help | -h) help ;;
    *) misused "there is no option $1" ;;
    esac
done
for needed in "--resource-group$group" "--name$app" "--package$package"; do
    case $needed in --resource-group | --name | --package) misused "$needed is needed" ;; esac
done
$dry_run || [ -f "$package" ] || fail "$package is not there; bash infra/package.sh builds it"

# The address that takes packages, and a token for it. The token stays out of every command line.
connect() {
    read_into scm az resource show --resource-group "$group" --name "$app" --resource-type Microsoft.Web/sites \
        --query "properties.hostNameSslStates[?hostType=='Repository'].name | [0]" --output tsv "${account[@]}"
    read_into token az account get-access-token --query accessToken --output tsv "${account[@]}"
    $dry_run || [ -n "$scm" ] || fail "$app has no deployment endpoint"
}

# ask METHOD PATH [OPTION]...: the status; the answer itself goes into the file $answer.
ask() {
    local method=$1 path=$2
    shift 2
    printf 'Authorization: Bearer %s' "$token" |
        curl --silent --show-error --header @- --request "$method" --output "$answer" --write-out '%{http_code}' "$@" \
            "https://$scm$path"
}

# 4 is success, 3 and 5 and -1 are failures, 6 a partial success, and the others mean that it goes on.
wait_for_deployment() {
    local status state seen=false trial
    for ((trial = 0; trial < 300; trial++)); do
        status=$(ask GET /api/deployments/latest) || status=000
        state=$(sed -n 's/.*"status" *: *\(-\{0,1\}[0-9][0-9]*\).*/\1/p' "$answer" | head -n 1)
        case $status:$state in
        20?:4) return ;;
        20?:3 | 20?:5 | 20?:6 | 20?:-1)
            cat "$answer" >&2
            return 1
            ;;
        20?:*) seen=true ;;
        # What deploys is replaced once it has deployed, and is then not found for a while.
        404:*) if $seen; then return; fi ;;
        esac
        sleep 2
    done
    say "the deployment has not ended within ten minutes; it may still do"
    return 1
}

publish() {
    local status
    connect
    status=$(ask POST '/api/publish?RemoteBuild=false&Deployer=lamplighter' --header 'Content-Type: application/zip' \
        --data-binary "@$package") || return 1
    say "The deployment endpoint answered $status."
    if [ "$status" != 202 ]; then
        cat "$answer" >&2
        return 1
    fi
    wait_for_deployment
}

config_zip() {
    run az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$package" \
        --build-remote false --output none "${account[@]}"
}

# What the scripts do for --without-poll, as commands.
show_publish() {
    connect
    typed printf 'Authorization: Bearer %s' "\$token" | tr '\n' ' '
    printf '| '
    typed curl --fail --header @- --header 'Content-Type: application/zip' --data-binary "@$package" --request POST |
        tr '\n' ' '
    printf '"https://%s/api/publish?RemoteBuild=false"\n' "\$scm"
    echo '# Then GET /api/deployments/latest there, with the same header, until its status is 4.'
}

if $dry_run; then
    if $poll; then config_zip; else show_publish; fi
    exit
fi
if $poll; then
    version=$(cli_version) || fail "the Azure CLI is not there, or does not say its version"
    if ! at_least "$version" "$config_zip_cli"; then
        say "The Azure CLI is $version; before $config_zip_cli its config-zip never ends here. Taking the way without its poll."
        poll=false
    fi
fi
log=$(mktemp) answer=$(mktemp)
trap 'rm -f "$log" "$answer"' EXIT
for ((trial = 1; ; trial++)); do
    if $poll; then way=config_zip; else way=publish; fi
    if { "$way" 2>&1 >&3 | tee "$log" >&2; } 3>&1; then break; fi
    # A right that was granted a minute ago is not known everywhere yet.
    if ((trial == tries)) || ! grep -q -E 'BlobUploadFailed|StorageAccessible|AuthorizationPermissionMismatch' "$log"; then
        fail "the package was not brought to $app; docs/deploy.md, \"Nothing happens\", has the likely causes"
    fi
    say "Storage does not let the app in yet: a new role assignment takes minutes. Trying again in a minute."
    sleep 60
done
say "The package is deployed."
