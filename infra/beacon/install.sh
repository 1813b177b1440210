#!/bin/sh
# Installs Lamplighter's beacon on this instance, or brings it up to date, or removes it. May be run again at any time.
set -eu

usage() {
    cat <<'TEXT'
install.sh --compute-id ID --destination WHERE [--client-id GUID] [--period SECONDS]
           [--unaskable-kernels unknown|ignore] [--from FOLDER]
install.sh                 brings the program up to date and keeps the settings
install.sh --uninstall     removes everything it installed, settings and saved state too

  --compute-id   the ARM id of this compute instance: /subscriptions/.../computes/NAME; of a workbench: .../workbenches/NAME
  --destination  a blob container's https URL (with a SAS, or without: then this instance's managed identity writes), or a folder.
                 A SAS is better given in the environment (DESTINATION=...), where other users cannot see it.
  --client-id    which managed identity, if the instance has several
  --period       seconds between two looks, 60 to 900 (300)
  --unaskable-kernels  what a kernel that cannot be asked counts as: unknown (and so at work), or ignore
  --from         where lamplighter-beacon, lamplighter and the units are (the folder of this script)
TEXT
}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# A staging tree, for images and tests: everything goes below it, and systemd is left alone.
root=${DESTDIR:-}
conf=$root/etc/lamplighter-beacon.conf
units=$root/etc/systemd/system
program=$root/usr/local/sbin/lamplighter-beacon
command=$root/usr/local/bin/lamplighter
mount=run-lamplighter-keep.mount
doc=$root/usr/local/share/doc/lamplighter-beacon
python=/usr/bin/python3

from=$(dirname "$0")
compute=${COMPUTE_ID:-}
destination=${DESTINATION:-}
client=${CLIENT_ID:-}
period=${PERIOD:-}
kernels=${UNASKABLE_KERNELS:-}
uninstall=

while [ $# -gt 0 ]; do
    case $1 in
    --uninstall) uninstall=yes ;;
    -h | --help)
        usage
        exit 0
        ;;
    --compute-id | --destination | --client-id | --period | --unaskable-kernels | --from)
        [ $# -ge 2 ] || fail "$1 needs a value"
        case $1 in
        --compute-id) compute=$2 ;;
        --destination) destination=$2 ;;
        --client-id) client=$2 ;;
        --period) period=$2 ;;
        --unaskable-kernels) kernels=$2 ;;
        --from) from=$2 ;;
        esac
        shift
        ;;
    *)
        usage >&2
        fail "unknown option (see above)"
        ;;
    esac
    shift
done
# The program looks at the file that is made here, not at what this shell was given.
unset COMPUTE_ID DESTINATION CLIENT_ID PERIOD UNASKABLE_KERNELS

if [ -z "$root" ]; then
    [ "$(id -u)" -eq 0 ] || fail "must be run as root"
    [ -d /run/systemd/system ] || fail "this instance does not run systemd: see \"Without systemd\" in README.md"
fi

# Lamplighter itself may be installed under the same name: that one is never touched.
ours() {
    [ ! -e "$1" ] || head -n 3 "$1" | grep -q "Lamplighter's command on a compute instance"
}

if [ -n "$uninstall" ]; then
    if [ -z "$root" ]; then
        systemctl disable --now lamplighter-beacon.timer lamplighter-beacon.path >/dev/null 2>&1 || true
        systemctl stop lamplighter-beacon.service >/dev/null 2>&1 || true
        systemctl disable --now "$mount" >/dev/null 2>&1 || true
    fi
    rm -f "$program" "$conf" "$units/lamplighter-beacon.service" "$units/lamplighter-beacon.timer" "$units/lamplighter-beacon.path" "$units/$mount"
    rm -rf "$units/lamplighter-beacon.service.d" "$units/lamplighter-beacon.timer.d" "$doc" "$root/var/lib/lamplighter-beacon" "$root/run/lamplighter"
    for file in "$command" "$command-instance"; do
        if ours "$file"; then rm -f "$file"; fi
    done
    [ -n "$root" ] || systemctl daemon-reload
    echo "removed; the last document stays in the container until somebody deletes it"
    exit 0
fi

[ -x "$python" ] || fail "$python is not there"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' || fail "$python is older than 3.8"
for file in lamplighter-beacon lamplighter lamplighter-beacon.service lamplighter-beacon.timer lamplighter-beacon.path "$mount"; do
    [ -f "$from/$file" ] || fail "$file is not beside this script (see --from)"
done

# A line of the new settings: as given, else as it was.
setting() {
    if [ -n "$2" ]; then
        printf '%s=%s\n' "$1" "$2"
    elif [ -f "$conf" ]; then
        sed -n "s/^$1=/&/p" "$conf"
    fi
}

mkdir -p "$root/etc"
umask 077
new=$conf.new
trap 'rm -f "$new"' EXIT
{
    setting COMPUTE_ID "$compute"
    setting DESTINATION "$destination"
    setting CLIENT_ID "$client"
    setting PERIOD "$period"
    setting UNASKABLE_KERNELS "$kernels"
} >"$new"
# Wrong settings change nothing.
"$python" -I "$from/lamplighter-beacon" --config "$new" --check || fail "nothing was changed"
destination=$(sed -n "s/^DESTINATION=//p" "$new")
period=$(sed -n "s/^PERIOD=//p" "$new")

umask 022
mkdir -p "$(dirname "$program")" "$(dirname "$command")" "$units" "$doc"
# Beside first, then renamed: a look that runs meanwhile reads a whole file.
put() {
    cp "$2" "$3.new"
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}
put 0755 "$from/lamplighter-beacon" "$program"
if ours "$command"; then
    put 0755 "$from/lamplighter" "$command"
else
    echo "install.sh: $command is another program and stays; the command of this instance is lamplighter-instance" >&2
    put 0755 "$from/lamplighter" "$command-instance"
fi
for file in lamplighter-beacon.service lamplighter-beacon.timer lamplighter-beacon.path "$mount"; do
    put 0644 "$from/$file" "$units/$file"
done
[ ! -f "$from/README.md" ] || put 0644 "$from/README.md" "$doc/README.md"

rm -rf "$units/lamplighter-beacon.service.d" "$units/lamplighter-beacon.timer.d"
case $destination in
/*)
    mkdir -p "$units/lamplighter-beacon.service.d"
    printf '[Service]\nReadWritePaths="%s"\n' "$destination" >"$units/lamplighter-beacon.service.d/folder.conf"
    ;;
esac
if [ -n "$period" ]; then
    mkdir -p "$units/lamplighter-beacon.timer.d"
    printf '[Timer]\nOnUnitActiveSec=\nOnBootSec=1min\nOnUnitActiveSec=%ss\n' "$period" >"$units/lamplighter-beacon.timer.d/period.conf"
fi
chmod 0600 "$new"
mv -f "$new" "$conf"

if [ -z "$root" ]; then
    systemctl daemon-reload
    systemctl enable lamplighter-beacon.timer lamplighter-beacon.path "$mount" >/dev/null 2>&1
    systemctl start "$mount"
    systemctl restart lamplighter-beacon.timer lamplighter-beacon.path
    # The first look now, so that what does not work is seen by who installs it.
    systemctl start lamplighter-beacon.service ||
        fail "installed, but the first look could not be written: journalctl -u lamplighter-beacon; the timer goes on trying"
fi
echo "installed"
