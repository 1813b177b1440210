#!/usr/bin/env bash
# Brings what is deployed to the version of this clone, or of a package: with the parameters that it was given, and with the
# settings that were changed by hand since and are parameters. Any other app setting that was set or removed by hand is named, and
# nothing happens. --with azd, and with a .bicepparam file, all of them are named: these say every parameter themselves.
#
#   infra/upgrade.sh [OPTION]...
#
# Takes the options of infra/deploy.sh, but needs no --location: it stays where it is.
#
# Exit codes: 0 done, 1 something failed or is missing, 2 wrong usage.
set -euo pipefail
case " $* " in
*" --help "* | *" -h "*)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
exec bash "$(dirname "$0")/deploy.sh" --existing "$@"
