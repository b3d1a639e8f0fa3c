#!/bin/sh
# Loads a policy into this kernel. Made by nfl; edit the policy, not this file.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 74
differences=0

differs() {
    echo "$1"
    differences=1
}

device() {
    ip link show dev "$1" >/dev/null 2>&1 || differs "device $1 is declared, and not on this host"
}

address() {
    ip -o addr show dev "$1" 2>/dev/null | grep -qwF "$2" ||
        differs "address $2 is declared on $1, and not there on this host"
}

step() {
    what=$1
    shift
    "$@" || {
        echo "load.sh: $what was not loaded; what stands after it was not tried" >&2
        exit 1
    }
}

policy='ssh-ratelimit'

check() {
    device 'eth0'
    address 'eth0' '203.0.113.10/24'
    address 'eth0' '2001:db8:10::10/64'
    return "$differences"
}

case "${1-}" in
"") ;;
--check)
    check
    exit $?
    ;;
--help | -h)
    cat <<EOF
usage: load.sh [--check]

Loads the policy $policy: rules, then routes, then settings; stops at the first failure.
  --check   only say where this host differs from what the policy declares; status 1 if it does
IPTABLES_RESTORE and IP6TABLES_RESTORE name the programs to load with (iptables-nft-restore ...).

Exit status: 0 fine, 1 a step failed or a difference was found, 2 wrong usage, 74 no such directory.
EOF
    exit 0
    ;;
*)
    echo "load.sh: unknown argument $1; try --help" >&2
    exit 2
    ;;
esac

step "rules.v4" "${IPTABLES_RESTORE:-iptables-restore}" "$here/rules.v4"
step "rules.v6" "${IP6TABLES_RESTORE:-ip6tables-restore}" "$here/rules.v6"
step "routes.v4.ip" ip -4 -batch "$here/routes.v4.ip"
step "routes.v6.ip" ip -6 -batch "$here/routes.v6.ip"
