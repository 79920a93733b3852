#!/bin/sh
# Installs Gradient Descent Studio for one user, without asking anything.
#
#   ./install.sh             below ~/.local, for yourself
#   sudo ./install.sh --all  below /opt and /usr/local, for all who use this computer
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case "${1:-}" in
    "")
        : "${HOME:?There is no home folder; set the variable HOME.}"
        home="$HOME/.local/opt/gdstudio" programs="$HOME/.local/bin"
        share="${XDG_DATA_HOME:-$HOME/.local/share}"
        ;;
    --all) home=/opt/gdstudio programs=/usr/local/bin share=/usr/local/share ;;
    *) echo "Use it as ./install.sh or as sudo ./install.sh --all." >&2; exit 2 ;;
esac
mkdir -p "$programs" "$share" "$(dirname "$home")"
# Beside the old one first: if the disk is full, that one stays.
rm -rf "$home.new"
cp -R "$here/gdstudio" "$home.new"
cp "$here/uninstall.sh" "$home.new/uninstall.sh"
rm -rf "$home"
mv "$home.new" "$home"
ln -sf "$home/gdstudio" "$programs/gdstudio"
XDG_DATA_HOME="$share" "$home/gdstudio" --install-menu-entry
echo "Installed in $home; $home/uninstall.sh removes it again."
case ":$PATH:" in
    *":$programs:"*) ;;
    *) echo "For the command line add $programs to your PATH, or log in anew." ;;
esac
