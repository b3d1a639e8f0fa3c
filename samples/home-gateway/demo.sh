#!/usr/bin/env bash
# The home gateway between a provider and a lan, in namespaces of this kernel, tried with curl, ping and traceroute.
# SPDX-License-Identifier: Apache-2.0
#
#   ./nfl compile samples/home-gateway -o out && sudo samples/home-gateway/demo.sh out [legacy|nft]
#
# Status 0: all as it must be; 1: not; 77: no namespaces to be had. Nothing outside the namespaces is touched.
set -u
export LC_ALL=C

if [ "${1-}" = "" ] || [ "${1-}" = --help ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
fi
if [ "${NFL_DEMO-}" = "" ]; then
    own=()
    [ "$(id -u)" = 0 ] || own=(-Ur)
    unshare "${own[@]}" -mn true 2>/dev/null || { echo "demo.sh: no namespaces: be root" >&2; exit 77; }
    exec env NFL_DEMO=1 unshare "${own[@]}" -mn --kill-child -pf --mount-proc bash "$0" "$@"
fi

scripts=$(cd "$1" && pwd) || exit 2
backend=${2:-legacy}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/lock
export XTABLES_LOCKFILE="$work/xtables.lock"

# ------------------------------------------------------------------------------------------------ the network
#
#   internet 198.51.100.7 -- provider 203.0.113.1 ---- eth0 [router] eth1 ---- switch -- pc1, pc2, laptop
#
for name in provider router switch pc1 pc2 laptop; do
    ip netns add $name
    ip -n $name link set lo up
done
in_() { ip netns exec "$@"; }

wire() { # device in namespace, device in namespace
    ip link add name "$1" netns "$2" type veth peer name "$3" netns "$4"
    ip -n "$2" link set "$1" up
    ip -n "$4" link set "$3" up
}
wire eth0 router up0 provider
wire eth1 router port0 switch
wire eth0 pc1 port1 switch
wire eth0 pc2 port2 switch
wire eth0 laptop port3 switch
ip -n switch link add lan type bridge
ip -n switch link set lan up
for port in 0 1 2 3; do ip -n switch link set port$port master lan; done

ip -n provider addr add 203.0.113.1/24 dev up0
ip -n provider addr add 198.51.100.7/32 dev lo
ip -n provider route add 192.168.1.0/24 via 203.0.113.2
ip -n router addr add 203.0.113.2/24 dev eth0
ip -n router addr add 192.168.1.1/24 dev eth1
for host in pc1:10 pc2:11 laptop:77; do
    ip -n "${host%:*}" addr add "192.168.1.${host#*:}/24" dev eth0
    ip -n "${host%:*}" route add default via 192.168.1.1
done

cat >"$work/serve.py" <<'PYTHON'
import http.server, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = f"{sys.argv[1]} sees {self.client_address[0]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *arguments):
        pass
servers = [http.server.ThreadingHTTPServer(("", int(port)), Handler) for port in sys.argv[2:]]
open(sys.argv[1] + ".up", "w").close()
for server in servers:
    threading.Thread(target=server.serve_forever).start()
PYTHON
cd "$work" || exit 1
in_ pc1 python3 serve.py pc1 80 443 &
in_ pc2 python3 serve.py pc2 443 &
in_ provider python3 serve.py internet 80 &
in_ router python3 serve.py router 81 &
for _ in $(seq 100); do
    [ -e pc1.up ] && [ -e pc2.up ] && [ -e internet.up ] && [ -e router.up ] && break
    sleep 0.05
done

# ------------------------------------------------------------------------------------------------ the policy
in_ router env "IPTABLES_RESTORE=iptables-$backend-restore" "IP6TABLES_RESTORE=ip6tables-$backend-restore" \
    "$scripts/load.sh" || exit 1
in_ router "$scripts/load.sh" --check || exit 1

# ------------------------------------------------------------------------------------------------ what must be so
failed=0
tell() { # what, whether
    if [ "$2" = 0 ]; then echo "ok    $1"; else echo "FAIL  $1"; failed=1; fi
}
hears() { # what, namespace, answer, curl arguments...
    local what=$1 where=$2 answer=$3 got
    shift 3
    got=$(in_ "$where" curl -sS -m 5 "$@" 2>&1)
    [ "$got" = "$answer" ]
    tell "$what: $got" $?
}
silent() { # what, namespace, curl arguments...: 28 is curl's timeout
    local what=$1 where=$2
    shift 2
    in_ "$where" curl -s -m 1 "$@" >/dev/null 2>&1
    [ $? = 28 ]
    tell "$what" $?
}

hears "from outside" provider "pc1 sees 198.51.100.7" --interface 198.51.100.7 http://203.0.113.2:8080/
hears "from the lan through the public address" laptop "pc1 sees 192.168.1.1" http://203.0.113.2:8080/
hears "the server calls itself through the public address" pc1 "pc1 sees 192.168.1.1" http://203.0.113.2:8080/
hears "the router through its public address" router "pc1 sees 192.168.1.1" http://203.0.113.2:8080/
hears "the router through its public address, published on every address" router "pc1 sees 192.168.1.1" \
    http://203.0.113.2:8082/
hears "the router through its lan address" router "pc1 sees 192.168.1.1" http://192.168.1.1:8082/
hears "the router through its loopback address" router "pc1 sees 192.168.1.1" http://127.0.0.1:8082/
hears "from outside, published on every address" provider "pc1 sees 198.51.100.7" --interface 198.51.100.7 \
    http://203.0.113.2:8082/
hears "the lan reaches the world with the public address" laptop "internet sees 203.0.113.2" http://198.51.100.7/

servers=$(for _ in $(seq 24); do
    in_ provider curl -sS -m 5 --interface 198.51.100.7 http://203.0.113.2:8443/ 2>&1
done | sort | uniq | tr '\n' ';')
[ "$servers" = "pc1 sees 198.51.100.7;pc2 sees 198.51.100.7;" ]
tell "two servers share the load: $servers" $?

in_ laptop ping -q -c 2 -i 0.2 -W 2 198.51.100.7 >/dev/null
tell "ping from the lan to the world" $?
in_ laptop ping -q -c 2 -i 0.2 -W 2 192.168.1.1 >/dev/null
tell "ping from the lan to the router" $?
in_ provider ping -q -c 2 -i 0.2 -W 2 -I 198.51.100.7 203.0.113.2 >/dev/null
tell "ping from outside to the router" $?
in_ router ping -q -c 2 -i 0.2 -W 2 198.51.100.7 >/dev/null
tell "ping from the router to the world" $?
# one ping's packets are one connection: only its first is measured
answered=$(for _ in $(seq 40); do in_ provider ping -q -c 1 -W 1 203.0.113.2 & done | grep -c ' 1 received')
[ "$answered" -gt 0 ] && [ "$answered" -lt 40 ]
tell "pings from outside are answered in measure: $answered of 40" $?

# the kernel's own measure of ICMP errors is not what is tried here
in_ router sysctl -qw net.ipv4.icmp_ratelimit=0
hops() { # namespace, target: the addresses on the way
    in_ "$1" traceroute -n -q 1 -w 2 -m 5 "$2" 2>/dev/null | awk 'NR > 1 { printf "%s ", $2 }'
}
way=$(hops laptop 198.51.100.7)
[ "$way" = "192.168.1.1 198.51.100.7 " ]
tell "traceroute from the lan to the world: $way" $?
way=$(hops laptop 192.168.1.1)
[ "$way" = "192.168.1.1 " ]
tell "traceroute from the lan ends at the router: $way" $?
way=$(hops router 198.51.100.7)
[ "$way" = "198.51.100.7 " ]
tell "traceroute from the router: $way" $?

silent "a port of the router that is not open stays shut from outside" provider http://203.0.113.2:81/
silent "and from the lan" laptop http://192.168.1.1:81/
silent "the server's own address cannot be reached from outside" provider --interface 198.51.100.7 \
    http://192.168.1.10/
silent "nor a port of it that is not published" provider --interface 198.51.100.7 http://192.168.1.10:443/
silent "nor another host of the lan" provider --interface 198.51.100.7 http://192.168.1.11:443/

exit $failed
