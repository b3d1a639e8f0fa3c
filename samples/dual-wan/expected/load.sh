#!/bin/sh
# Loads a policy into this kernel. Made by nfl; edit the policy, not this file.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 74
differences=0

differs() {
    echo "$1"
    differences=1
}

device() { # NAME [MTU]
    if ! link=$(ip -o link show dev "$1" 2>/dev/null); then
        differs "device $1 is declared, and not on this host"
        return
    fi
    flags=${link#*<}
    case ,${flags%%>*}, in
    *,UP,*) ;;
    *) differs "device $1 is down" ;;
    esac
    mtu=${link#* mtu }
    [ "${2-${mtu%% *}}" = "${mtu%% *}" ] || differs "mtu $2 is declared for $1, which has ${mtu%% *}"
}

has() { # DEVICE [scope]: its addresses
    ip -o addr show dev "$@" 2>/dev/null | awk '{ print $4 }'
}

addresses() { # DEVICE ADDRESS...
    device=$1
    shift
    for address in "$@"; do
        has "$device" | grep -qxF "$address" ||
            differs "address $address is declared on $device, and not there on this host"
    done
    for address in $(has "$device" scope global); do
        case " $* " in
        *" $address "*) ;;
        *) differs "address $address is on $device, and not declared" ;;
        esac
    done
}

dynamic() { # DEVICE
    [ -n "$(has "$1" scope global)" ] || differs "device $1 has no address; it is declared dynamic"
}

settings() { # FILE, to the first that fails: sysctl -p would go on behind it
    while IFS='= ' read -r name value; do
        case $name in
        "" | "#"*) continue ;;
        esac
        sysctl -q -w "$name=$value" || {
            echo "load.sh: $name could not be set to $value" >&2
            return 1
        }
    done <"$1"
}

step() { # FILE COMMAND...
    file=$1
    shift
    waiting=${waiting#"$file"}
    waiting=${waiting# }
    "$@"
    status=$?
    [ "$status" = 0 ] || {
        echo "load.sh: $file was not loaded: $1 ended with status $status" >&2
        before=${loaded:+; loaded before it: $loaded}
        echo "load.sh: what stands in it before the failure may be in force$before" >&2
        echo "load.sh: not tried: ${waiting:-nothing}" >&2
        exit 1
    }
    loaded="${loaded:+$loaded }$file"
}

loaded=
policy='dual-wan'
waiting='rules.v4 routes.v4.ip sysctl.conf'

check() {
    device 'wan1'
    addresses 'wan1' '203.0.113.5/24'
    device 'wan2'
    addresses 'wan2' '198.51.100.7/24'
    device 'lan0'
    addresses 'lan0' '192.168.1.1/24'
    return "$differences"
}

case "${1-}" in
"") ;;
--check)
    command -v ip >/dev/null || {
        echo "load.sh: the command ip (iproute2) is not on this host" >&2
        exit 69
    }
    check
    exit $?
    ;;
--help | -h)
    cat <<EOF
usage: load.sh [--check]

Loads the policy $policy: rules, then routes, then settings; stops at the first failure, and says what
was loaded before it and what was not tried.
  --check   only say where links and addresses of this host differ from what the policy declares: devices
            that are missing or down, their mtu, addresses that are missing or not declared
IPTABLES_RESTORE and IP6TABLES_RESTORE name the programs to load with (iptables-nft-restore ...).

Exit status: 0 fine, 1 a step failed or a difference was found, 2 wrong usage, 69 a command is missing,
74 no such directory.
EOF
    exit 0
    ;;
*)
    echo "load.sh: unknown argument $1; try --help" >&2
    exit 2
    ;;
esac

step rules.v4 "${IPTABLES_RESTORE:-iptables-restore}" "$here/rules.v4"
step routes.v4.ip ip -4 -batch "$here/routes.v4.ip"
step sysctl.conf settings "$here/sysctl.conf"
