#!/bin/sh
# Installs the appliance, or upgrades it in place; may be run as often as one likes.
#   install.sh [--no-start]
set -eu

prefix=/opt/acoustid-appliance
data=/var/lib/acoustid
user=acoustid
unit=/etc/systemd/system/acoustid-appliance.service
command=/usr/local/bin/acoustid
here=$(dirname "$(readlink -f "$0")")

start=yes
for argument in "$@"; do
  case $argument in
    --no-start) start=no ;;
    *) echo "install.sh: there is no option $argument" >&2; exit 2 ;;
  esac
done

[ "$(id -u)" = 0 ] || { echo 'install.sh: run it as root' >&2; exit 1; }
[ "$here" != "$prefix" ] || { echo "install.sh: run it from the unpacked archive, not from $prefix" >&2; exit 1; }
"$here/bin/node" --version >/dev/null || { echo 'install.sh: this archive is for another platform' >&2; exit 1; }

# A chroot or a container may have systemctl without a systemd that runs.
has_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }

id -u "$user" >/dev/null 2>&1 ||
  useradd --system --user-group --no-create-home --home-dir "$data" --shell /usr/sbin/nologin "$user"
mkdir -p "$data"
chown "$user:$user" "$data"
chmod 0700 "$data"

# Beside the old one first: a copy that breaks off changes nothing.
rm -rf "$prefix.new"
mkdir -p "$prefix.new"
cp -a "$here/." "$prefix.new/"
chown -R root:root "$prefix.new"
chmod -R go-w,a+rX "$prefix.new"

if has_systemd; then systemctl stop acoustid-appliance.service 2>/dev/null || true; fi
rm -rf "$prefix.old"
[ ! -e "$prefix" ] || mv "$prefix" "$prefix.old"
mv "$prefix.new" "$prefix"
rm -rf "$prefix.old"

mkdir -p "$(dirname "$command")" "$(dirname "$unit")"
ln -sfn "$prefix/bin/acoustid" "$command"
install -m 0644 "$prefix/acoustid-appliance.service" "$unit"

if has_systemd; then
  systemctl daemon-reload
  systemctl enable --quiet acoustid-appliance.service
  if [ "$start" = yes ]; then
    systemctl start acoustid-appliance.service
    echo 'The appliance is starting: journalctl -u acoustid-appliance shows it, acoustid first-keys the keys.'
  fi
else
  echo 'There is no systemd here. This starts the appliance: acoustid serve'
fi
echo "Installed in $prefix; data and configuration are in $data."
