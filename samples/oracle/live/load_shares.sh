#!/usr/bin/env bash
# New flows through a router that has the scripts of shares.nfl; prints the rules of nat with their counters.
# SPDX-License-Identifier: Apache-2.0
#
#   ./nfl compile samples/oracle/live/shares.nfl -o out && sudo samples/oracle/live/load_shares.sh out 30000 [legacy|nft]
#
# Status 0: counted; 1: not; 77: no namespaces to be had. Nothing outside the namespaces is touched.
set -u
export LC_ALL=C
if [ "${2-}" = "" ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
fi
if [ "${NFL_LIVE-}" = "" ]; then
    own=()
    [ "$(id -u)" = 0 ] || own=(-Ur)
    unshare "${own[@]}" -mn true 2>/dev/null || { echo "no namespaces: be root" >&2; exit 77; }
    exec env NFL_LIVE=1 unshare "${own[@]}" -mn --kill-child -pf --mount-proc bash "$0" "$@"
fi
backend=${3:-legacy}
lock=$(mktemp)
trap 'rm -f "$lock"' EXIT
export XTABLES_LOCKFILE="$lock"
mount -t tmpfs tmpfs /run && mkdir -p /run/netns
ip netns add outside
ip netns add router
ip link add name eth0 netns router type veth peer name eth0 netns outside
ip -n router link add name eth1 type dummy
for device in eth0 eth1; do ip -n router link set "$device" up; done
ip -n outside link set eth0 up
ip -n router addr add 203.0.113.2/24 dev eth0
ip -n router addr add 192.168.1.1/24 dev eth1
ip -n outside addr add 203.0.113.1/24 dev eth0
# the servers need no more than an address on the link
for server in 10 11 12; do ip -n router neigh add 192.168.1.$server lladdr 02:00:00:00:00:$server dev eth1; done
ip netns exec router env "IPTABLES_RESTORE=iptables-$backend-restore" \
    "IP6TABLES_RESTORE=ip6tables-$backend-restore" "$1/load.sh" || exit 1
ip netns exec outside ping -q -c 1 -W 1 203.0.113.2 >/dev/null
ip netns exec outside python3 - "$2" <<'PYTHON' || exit 1
import socket, struct, sys, time
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
for flow in range(int(sys.argv[1])):
    out.sendto(struct.pack("!HHHH", 10_000 + flow, 5353, 8, 0), ("203.0.113.2", 0))
    if flow % 500 == 499:
        time.sleep(0.005)
PYTHON
sleep 0.5
ip netns exec router iptables-"$backend"-save -c -t nat
