#!/bin/sh
# Removes the appliance. The data stays, unless it is asked to go too:
#   uninstall.sh [--purge]
set -eu

prefix=/opt/acoustid-appliance
data=/var/lib/acoustid
user=acoustid
unit=/etc/systemd/system/acoustid-appliance.service
command=/usr/local/bin/acoustid

purge=no
for argument in "$@"; do
  case $argument in
    --purge) purge=yes ;;
    *) echo "uninstall.sh: there is no option $argument" >&2; exit 2 ;;
  esac
done

[ "$(id -u)" = 0 ] || { echo 'uninstall.sh: run it as root' >&2; exit 1; }
[ ! -e "$data/run.json" ] || [ -d /run/systemd/system ] ||
  { echo 'uninstall.sh: the appliance runs; stop it first' >&2; exit 1; }

if [ -d /run/systemd/system ] && [ -e "$unit" ]; then
  systemctl disable --now --quiet acoustid-appliance.service || true
fi
rm -f "$unit" "$command"
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
rm -rf "$prefix" "$prefix.new" "$prefix.old"
if [ "$purge" = yes ]; then
  rm -rf "$data"
  if id -u "$user" >/dev/null 2>&1; then userdel "$user"; fi
  echo 'Everything is gone, the data too.'
else
  echo "The data is still in $data."
fi
