#!/bin/sh
# Removes what install.sh has installed. What you made with the app, and its settings, stay.
set -eu
home=$(cd "$(dirname "$0")" && pwd)
if [ "$home" = /opt/gdstudio ]; then
    programs=/usr/local/bin share=/usr/local/share
else
    programs="$HOME/.local/bin" share="${XDG_DATA_HOME:-$HOME/.local/share}"
fi
if [ ! -x "$home/gdstudio" ] || [ ! -d "$home/_internal" ]; then
    echo "$home is not an installed Gradient Descent Studio; start uninstall.sh from there." >&2
    exit 2
fi
XDG_DATA_HOME="$share" "$home/gdstudio" --remove-menu-entry
if [ "$(readlink "$programs/gdstudio" || true)" = "$home/gdstudio" ]; then
    rm -f "$programs/gdstudio"
fi
rm -rf "$home"
echo "Gradient Descent Studio is removed; what you made with it is still there."
