#!/bin/bash
# Loads a compiled policy twice into this namespace and says what is not as it must be; nothing said is well.
# SPDX-License-Identifier: Apache-2.0
#   load_twice.sh FOLDER legacy|nft        in a fresh network namespace
set -u
export LC_ALL=C
folder=$1
backend=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XTABLES_LOCKFILE="$work/lock"
export IPTABLES_RESTORE="iptables-$backend-restore" IP6TABLES_RESTORE="ip6tables-$backend-restore"

ip link set lo up
# the devices and addresses that the policy declares: load.sh says which it misses
"$folder/load.sh" --check | sed -n 's/^device \([^ ]*\) is.*/\1/p' | while read -r device; do
    number=$((${number-0} + 1))
    ip link add "$device" type veth peer name "peer$number" && ip link set "$device" up &&
        ip link set "peer$number" up || echo "no device $device can be made"
done
"$folder/load.sh" --check | sed -n 's/^address \([^ ]*\) is declared on \([^,]*\),.*/\1 \2/p' |
    while read -r address device; do
        case $address in
        *:*) ip addr add "$address" dev "$device" nodad ;;
        *) ip addr add "$address" dev "$device" ;;
        esac || echo "no address $address can be given to $device"
    done
"$folder/load.sh" --check || echo "load.sh --check still finds a difference"

save() { # to a file: all that load.sh has set
    {
        "iptables-$backend-save"
        "ip6tables-$backend-save"
    } 2>&1 | grep -v '^#' | sed 's/ \[[0-9]*:[0-9]*\]$//' >"$1.rules"
    {
        ip -4 rule
        ip -6 rule
        ip -4 route show table all
        ip -6 route show table all
    } >"$1.routes" 2>&1
    if [ -e "$folder/sysctl.conf" ]; then
        sed -n 's/^\([^#=]*[^ =]\) *=.*/\1/p' "$folder/sysctl.conf" | while read -r name; do sysctl "$name"; done
    fi >"$1.sysctl" 2>&1
}

rules() { # rules, chains and policies of a save, table by table, without counters
    sed 's/ \[[0-9]*:[0-9]*\]$//' "$1" | awk '/^\*/ { table = $1 } /^:|^-A/ { print table, $0 }' | sort -s -k1,1
}

"$folder/load.sh" || { echo "the first load failed"; exit; }
save "$work/first"
"$folder/load.sh" || { echo "the second load failed"; exit; }
save "$work/second"
for what in rules routes sysctl; do
    diff "$work/first.$what" "$work/second.$what" || echo "the second load has changed the $what"
done
for family in 4 6; do
    written=$folder/rules.v$family
    [ -e "$written" ] || continue
    "ip${family/4/}tables-$backend-save" >"$work/saved" 2>/dev/null
    diff <(rules "$written" | grep -v ' :') <(rules "$work/saved" | grep -v ' :') ||
        echo "the kernel tells the rules of $written otherwise than they were written"
    diff <(rules "$written" | grep ' :' | sort) <(rules "$work/saved" | grep ' :' | sort) ||
        echo "the kernel tells the chains of $written otherwise than they were written"
done
if [ -e "$folder/sysctl.conf" ]; then
    while IFS='=' read -r name value; do
        name=$(echo $name)
        [ -z "$name" ] || [ "${name#\#}" != "$name" ] && continue
        [ "$(sysctl -n "$name" | tr '\t' ' ')" = "$(echo $value)" ] || echo "$name is not $value"
    done <"$folder/sysctl.conf"
fi
