#!/usr/bin/env bash
# Real traffic through a router that has a policy's scripts, captured on the router's two devices, in and out apart.
# SPDX-License-Identifier: Apache-2.0
#
#   ./nfl compile samples/home-gateway -o out
#   sudo samples/oracle/live/live_capture.sh out captures [legacy|nft]
#
# captures/ gets wan.in.pcap, wan.out.pcap, lan.in.pcap, lan.out.pcap, rules.v4 and rules.v6 (iptables-save -c).
# Status 0: captured; 1: not; 77: no namespaces to be had. Nothing outside the namespaces is touched.
# The router's own programs stay quiet: what they would send no capture of incoming packets can tell.
set -u
export LC_ALL=C

if [ "${2-}" = "" ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
fi
if [ "${NFL_LIVE-}" = "" ]; then
    own=()
    [ "$(id -u)" = 0 ] || own=(-Ur)
    unshare "${own[@]}" -mn true 2>/dev/null || { echo "no namespaces: be root" >&2; exit 77; }
    mkdir -p "$2"
    exec env NFL_LIVE=1 unshare "${own[@]}" -mn --kill-child -pf --mount-proc bash "$0" "$@"
fi

scripts=$(cd "$1" && pwd) || exit 2
captures=$(cd "$2" && pwd) || exit 2
backend=${3:-legacy}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/lock
export XTABLES_LOCKFILE="$work/xtables.lock"

# ------------------------------------------------------------------------------------------------ the network
#
#   outside 198.51.100.7, 2001:db8:ff::7 -- 203.0.113.1 ---- eth0 [router] eth1 ---- inside: pc1, pc2, laptop
#
for name in outside router inside; do
    ip netns add $name
    ip -n $name link set lo up
    ip netns exec $name sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
done
in_() { ip netns exec "$@"; }
wire() { # device of the router, namespace
    ip link add name "$1" netns router type veth peer name eth0 netns "$2"
    for end in "router $1" "$2 eth0"; do
        # shellcheck disable=SC2086
        set -- $end
        # what is captured must be what is on the wire: whole checksums, no joined segments
        in_ "$1" ethtool -K "$2" tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 \
            || { echo "ethtool cannot switch offloads off" >&2; exit 1; }
        ip -n "$1" link set "$2" up
    done
}
wire eth0 outside
wire eth1 inside

ip -n router addr add 203.0.113.2/24 dev eth0
ip -n router addr add 2001:db8:0:1::2/64 dev eth0 nodad
ip -n router addr add 192.168.1.1/24 dev eth1
ip -n router addr add 2001:db8:0:2::1/64 dev eth1 nodad
ip -n outside addr add 203.0.113.1/24 dev eth0
ip -n outside addr add 2001:db8:0:1::1/64 dev eth0 nodad
ip -n outside addr add 198.51.100.7/32 dev lo
ip -n outside addr add 2001:db8:ff::7/128 dev lo nodad
ip -n outside route add 192.168.1.0/24 via 203.0.113.2
ip -n outside route add 2001:db8:0:2::/64 via 2001:db8:0:1::2
for host in 77 10 11; do
    ip -n inside addr add 192.168.1.$host/24 dev eth0
    ip -n inside addr add 2001:db8:0:2::$host/64 dev eth0 nodad
done
ip -n inside route add default via 192.168.1.1 src 192.168.1.77
ip -n inside route add default via 2001:db8:0:2::1 src 2001:db8:0:2::77

cat >"$work/serve.py" <<'PYTHON'
import http.server, socket, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = b"x" * 5000
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *arguments):
        pass
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
servers = [Server(("::", int(port)), Handler) for port in sys.argv[2:]]
open(sys.argv[1], "w").close()
for server in servers:
    threading.Thread(target=server.serve_forever).start()
PYTHON
ip netns exec inside python3 "$work/serve.py" "$work/inside.up" 80 443 &
ip netns exec outside python3 "$work/serve.py" "$work/outside.up" 80 &
for _ in $(seq 100); do
    [ -e "$work/inside.up" ] && [ -e "$work/outside.up" ] && break
    sleep 0.05
done

in_ router env "IPTABLES_RESTORE=iptables-$backend-restore" "IP6TABLES_RESTORE=ip6tables-$backend-restore" \
    "$scripts/load.sh" || exit 1

# neighbours are asked for before the capture begins, so that no packet waits for an answer
in_ outside ping -q -c 1 -W 1 203.0.113.2 >/dev/null
in_ inside ping -q -c 1 -W 1 198.51.100.7 >/dev/null
in_ inside ping -q -c 1 -W 1 2001:db8:ff::7 >/dev/null
for host in 10 11 77; do in_ outside ping -q -c 1 -W 1 192.168.1.$host >/dev/null & done
for host in 10 11 77; do in_ outside ping -q -c 1 -W 1 2001:db8:0:2::$host >/dev/null & done
for host in 10 11 77; do in_ router ping -q -c 1 -W 1 192.168.1.$host >/dev/null & done
for host in 10 11 77; do in_ router ping -q -c 1 -W 1 2001:db8:0:2::$host >/dev/null & done
sleep 1.2
in_ router env "IPTABLES_RESTORE=iptables-$backend-restore" "IP6TABLES_RESTORE=ip6tables-$backend-restore" \
    "$scripts/load.sh" || exit 1
in_ router conntrack -F >/dev/null 2>&1

dumps=()
# neighbour discovery is between this link and the kernel, to addresses that it makes up itself: no policy has them
dump() { # device, direction, file
    : >"$work/$3.log"
    ip netns exec router tcpdump -q -n -i "$1" -Q "$2" -s 0 -B 8192 --immediate-mode -U -w "$captures/$3.pcap" \
        'not (ip6[6] == 58 and ip6[40] >= 133 and ip6[40] <= 137)' \
        2>"$work/$3.log" &
    dumps+=($!)
    for _ in $(seq 500); do
        grep -q "listening on" "$work/$3.log" && return
        sleep 0.02
    done
    echo "tcpdump did not start: $(cat "$work/$3.log")" >&2
    exit 1
}
dump eth0 in wan.in
dump eth0 out wan.out
dump eth1 in lan.in
dump eth1 out lan.out

# the engine does not know the kernel's measure of ICMP errors (icmp_ratelimit)
in_ router sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0

# ------------------------------------------------------------------------------------------------ the traffic
get() { # namespace, curl arguments...
    local where=$1
    shift
    in_ "$where" curl -sS -o /dev/null -m 4 "$@" || echo "curl $*: $?"
}
get outside --interface 198.51.100.7 http://203.0.113.2:8080/
get inside http://198.51.100.7/
get inside http://203.0.113.2:8080/
get inside --interface 192.168.1.10 http://203.0.113.2:8080/
in_ outside ping -q -c 3 -i 0.2 203.0.113.2 >/dev/null
in_ inside ping -q -c 3 -i 0.2 192.168.1.1 >/dev/null
in_ inside ping -q -c 3 -i 0.2 -s 1400 198.51.100.7 >/dev/null
in_ inside ping -q -c 2 -i 0.2 -s 4000 198.51.100.7 >/dev/null
in_ inside traceroute -n -q 1 -N 1 -w 1 -m 4 198.51.100.7 >/dev/null
in_ inside traceroute -n -q 1 -N 1 -w 1 -m 4 192.168.1.1 >/dev/null
in_ inside traceroute -I -n -q 1 -N 1 -w 1 -m 4 198.51.100.7 >/dev/null
in_ inside traceroute -T -p 80 -n -q 1 -N 1 -w 1 -m 4 198.51.100.7 >/dev/null
# what must be refused
in_ outside curl -s -m 1 http://203.0.113.2:81/ >/dev/null
in_ inside curl -s -m 1 http://192.168.1.1:81/ >/dev/null
in_ outside curl -s -m 1 --interface 198.51.100.7 http://192.168.1.11:443/ >/dev/null
# a port that is closed behind the router, and a connection that is cut
in_ outside curl -s -m 1 http://198.51.100.7:9/ >/dev/null
in_ inside curl -s -m 1 http://198.51.100.7:9/ >/dev/null
in_ inside traceroute -U -p 53 -n -q 1 -w 1 -f 2 -m 2 198.51.100.7 >/dev/null
if grep -q '^-A' "$scripts/rules.v6" 2>/dev/null; then
    get inside 'http://[2001:db8:ff::7]/'
    get outside --interface 2001:db8:ff::7 'http://[2001:db8:0:1::2]:8080/'
    in_ inside ping -q -c 3 -i 0.2 2001:db8:ff::7 >/dev/null
    in_ inside ping -q -c 2 -i 0.2 -s 4000 2001:db8:ff::7 >/dev/null
    in_ inside ping -q -c 2 -i 0.2 2001:db8:0:2::1 >/dev/null
    in_ outside ping -q -c 2 -i 0.2 2001:db8:0:1::2 >/dev/null
    in_ inside traceroute -6 -n -q 1 -N 1 -w 1 -m 4 2001:db8:ff::7 >/dev/null
    in_ outside curl -s -m 1 'http://[2001:db8:0:2::11]:443/' >/dev/null
    in_ inside curl -s -m 1 'http://[2001:db8:0:2::1]:81/' >/dev/null
fi
sleep 0.5
kill -TERM "${dumps[@]}"
wait "${dumps[@]}"
in_ router iptables-"$backend"-save -c >"$captures/rules.v4"
in_ router ip6tables-"$backend"-save -c >"$captures/rules.v6"
grep -h "dropped by kernel" "$work"/*.log | grep -v '^0 ' | head -1 | sed 's/^/capture: /'
exit 0
