# shellcheck shell=bash disable=SC2034 # Others use what is set here.
# What the scripts of this folder share; they read it, nobody runs it. It works with the bash 3.2 of macOS, too.

# At least 2.60. From 2.87, `config-zip` ends by itself where an app denies the caller's address; with an earlier one upload.sh
# brings the package without it.
least_cli=2.60.0
config_zip_cli=2.87.0
least_azd=1.26.0

dry_run=false

# To the person in front of it; what is asked for goes to standard output.
say() { printf '%s\n' "$*" >&2; }

fail() {
    say "${0##*/}: $*"
    exit 1
}

misused() {
    say "${0##*/}: $*"
    say "See ${0##*/} --help."
    exit 2
}

# The comment at the top of a script.
help() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
}

# needs_value OPTION COUNT: that a value follows.
needs_value() { [ "$2" -gt 1 ] || misused "$1 needs a value"; }

# A name that is part of the names of resources, as main.bicep takes it.
check_name() {
    local name=$1
    if [[ ! $name =~ ^[A-Za-z0-9-]{2,20}$ ]]; then misused "the name '$name' must have 2 to 20 letters, digits and hyphens"; fi
}

# The command as it would be typed; the variables of read_into stay variables, for a dry run is a script that can be run.
typed() {
    local word line='' quoted="'\\''" escaped='\"'
    # shellcheck disable=SC2016 # Names of variables are wanted.
    local variable='\$(group|app|account|scm|token|recorded|location|work|principal|subscription|tenant|id)([^a-z_]|$)'
    for word; do
        if $dry_run && [[ $word =~ $variable ]]; then
            word=\"${word//\"/$escaped}\"
        elif [[ ! $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then
            word=\'${word//\'/$quoted}\'
        fi
        line="$line${line:+ }$word"
    done
    printf '%s\n' "$line"
}

# Runs a command, or in a dry run prints it.
run() {
    if $dry_run; then
        typed "$@"
    else
        say "+ $(typed "$@")"
        "$@"
    fi
}

# read_into NAME COMMAND...: what a command prints goes into the variable; in a dry run, both are printed.
read_into() {
    # A variable of the caller may have any name but these.
    local _into=$1 _printed
    shift
    if $dry_run; then
        printf '%s=$''(%s)\n' "$_into" "$(typed "$@")"
        printf -v "$_into" '$%s' "$_into"
    else
        _printed=$("$@") || fail "$(typed "$@") failed"
        printf -v "$_into" '%s' "$_printed"
    fi
}

# The resources of the installation, for a query. azd tags those of every project with the environment's name; the template adds what
# they belong to, and no parameter can take that away.
of_installation() { printf "[?tags.\"azd-env-name\"=='%s' && tags.application=='lamplighter']" "$name"; }

# read_one NAME COMMAND...: as read_into, where more than one line is one too many to choose from.
read_one() {
    read_into "$@"
    if $dry_run; then
        printf "case \"\$%s\" in *\$'\\\\n'*) echo \"more than one: \$%s\" >&2 && exit 1 ;; esac\n" "$1" "$1"
        return
    fi
    # shellcheck disable=SC2086 # One after the other.
    case ${!1} in *$'\n'*) fail "there is more than one $name, and nothing was done:" ${!1} ;; esac
}

# save FILE COMMAND...: what a command prints goes into the file.
save() {
    local into=$1
    shift
    if $dry_run; then
        printf '%s >%s\n' "$(typed "$@")" "$(typed "$into")"
    else
        "$@" >"$into" || fail "$(typed "$@") failed"
    fi
}

# at_least VERSION LEAST: whether a version is that one or a later one.
at_least() {
    local IFS=. have want part
    # shellcheck disable=SC2206 # Splitting at the dots is what is wanted.
    have=(${1%%[!0-9.]*}) want=($2)
    for part in 0 1 2; do
        if ((10#${have[part]:-0} != 10#${want[part]:-0})); then
            ((10#${have[part]:-0} > 10#${want[part]:-0}))
            return
        fi
    done
}

cli_version() { az version --query '"azure-cli"' --output tsv; }

# `azd version 1.31.2 (commit …)`
azd_version() { azd version --no-prompt | sed -n 's/^azd version \([0-9][0-9.]*\).*/\1/p'; }
