"""The host in the middle: three devices, addresses, routes, rules of routing, settings."""
import ipaddress

DEVICES = 3


class Net:
    """The addresses of one family: the host's own, its neighbours by device, and those far away."""

    def __init__(self, v6):
        self.v6, self.bits = v6, 128 if v6 else 32
        if v6:
            self.nets = ["2001:db8:1::", "2001:db8:2::", "2001:db8:3::"]
            self.own = [n + "1" for n in self.nets]
            self.hosts = [[n + "%x" % k for k in (0x10, 0x20)] for n in self.nets]
            self.far, self.spare = ["2001:db8:f::5", "2001:db8:f::6"], "2001:db8:1::40"
            self.groups = ["ff02::1", "ff0e::1"]
        else:
            self.nets = ["203.0.113.", "192.168.1.", "198.18.0."]
            self.own = ["203.0.113.2", "192.168.1.1", "198.18.0.2"]
            self.hosts = [[n + "%d" % k for k in (10, 20)] for n in self.nets]
            self.far, self.spare = ["198.51.100.5", "198.51.100.6", "10.1.2.3", "10.2.2.3", "10.3.2.3", "10.4.2.3"], "203.0.113.40"
            self.groups = ["224.0.0.1", "255.255.255.255", "239.1.1.1"]

    def everyone(self):
        return [h for side in self.hosts for h in side] + self.far + self.own

    def number(self, address):
        return int(ipaddress.ip_address(address))

    def span(self, low):
        return f"{low}-{ipaddress.ip_address(low) + 4}"

    def net(self, device):
        return f"{self.nets[device]}/120" if self.v6 else f"{self.nets[device]}0/24"

    def is_group(self, address):
        return address in self.groups or not self.v6 and address.endswith(".255")

    def side(self, address):
        """the device behind which an address is; far ones are behind the first"""
        return next((i for i, n in enumerate(self.nets) if address.startswith(n)), 0)

    def neighbour(self, device):
        return self.nets[device] + "77"


def routes4(r, net):
    lines = ["route add default via 203.0.113.1 dev eth0"]
    if r.random() < 0.3:
        lines += ["route add unreachable 10.1.0.0/16", "route add prohibit 10.2.0.0/16", "route add blackhole 10.3.0.0/16",
                  "route add throw 10.4.0.0/16"]
    if r.random() < 0.15:
        lines.append(r.choice(["route add local 10.1.2.0/24 dev lo", "route append 10.5.0.0/16 via 192.168.1.254 dev eth1",
                               "route replace 10.4.0.0/17 via 198.18.0.77 dev eth2 onlink proto static scope global",
                               "route add broadcast 10.4.2.0/24 dev eth1", "route add 10.2.0.0/17 dev eth2 mtu 700 src 192.168.1.1",
                               "route add 10.3.2.0/24 scope link dev eth1 metric 7"]))
    if r.random() < 0.03:
        lines.append(shared4(r))
    if r.random() < 0.3:
        lines += ["route add default via 198.18.0.1 dev eth2 table 100", f"rule add fwmark {r.choice(['1', '2', '1/1'])} table 100 pref 100"]
    if r.random() < 0.1:
        lines.append(r.choice(["rule add sport 5000 ipproto udp prohibit pref 90", "rule add tos 0x10 table 100 pref 91",
                               "rule add iif eth1 sport 700-5000 unreachable pref 92", "rule add nop pref 93",
                               "rule add not from 192.168.1.0/24 lookup main suppress_prefixlength 0 pref 94",
                               "rule add uidrange 0-0 table 100 pref 95"]))
    return lines


def shared4(r):
    """a route of several next hops: which takes a flow is chance, so there is one in a host, and not many flows use it"""
    hops = r.sample(["via 203.0.113.1 dev eth0", "via 198.18.0.1 dev eth2", "via 198.18.0.77 dev eth2", "via 192.168.1.254 dev eth1"], 2)
    return "route add 198.51.100.0/24 " + " ".join(f"nexthop {h} weight {r.choice([1, 1, 3])}" for h in hops)


def shared6(r, net):
    hops = r.sample([f"via {net.nets[i]}fe dev eth{i}" for i in range(DEVICES)], 2)
    return "route add 2001:db8:f::/64 " + " ".join(f"nexthop {h}{r.choice(['', ' weight 2'])}" for h in hops)


def routes6(r, net):
    lines = [f"route add 2000::/3 via {net.nets[0]}fe dev eth0"]
    if r.random() < 0.2:
        lines.append(f"route add {r.choice(['unreachable', 'prohibit', 'blackhole', 'throw'])} 2001:db8:f::5/128")
    if r.random() < 0.03:
        lines.append(shared6(r, net))
    elif r.random() < 0.1:
        lines.append("route add 2001:db8:f::/64 " + r.choice(["dev eth1 mtu 1280", f"via {net.nets[1]}fe dev eth1 metric 5", "dev eth2 src 2001:db8:3::1"]))
    if r.random() < 0.2:
        lines += [f"route add 2000::/3 via {net.nets[2]}fe dev eth2 table 100", f"-6 rule add fwmark {r.choice(['1', '2', '3/3'])} table 100 pref 100"]
    if r.random() < 0.1:
        lines.append("-6 rule add " + r.choice(["sport 5000 ipproto udp prohibit pref 90", "tos 0x10 table 100 pref 91", "nop pref 93",
                                                "iif eth1 sport 700-5000 unreachable pref 92", "uidrange 0-0 table 100 pref 95",
                                                "not from 2001:db8:2::/64 lookup main suppress_prefixlength 3 pref 94", "blackhole pref 96"]))
    return lines


SETTINGS4 = {"net.ipv4.conf.default.accept_local": (0, 1), "net.ipv4.conf.all.route_localnet": (0, 1), "net.ipv4.conf.all.src_valid_mark": (0, 1),
             "net.ipv4.conf.all.shared_media": (0, 1), "net.ipv4.conf.all.bc_forwarding": (0, 1), "net.ipv4.conf.eth1.forwarding": (0, 1),
             "net.ipv4.ip_default_ttl": (10, 64, 200), "net.ipv4.fwmark_reflect": (0, 1), "net.ipv4.icmp_echo_ignore_all": (0, 1),
             "net.ipv4.icmp_echo_ignore_broadcasts": (0, 1), "net.ipv4.icmp_errors_use_inbound_ifaddr": (0, 1)}
SETTINGS6 = {"net.ipv6.fwmark_reflect": (0, 1), "net.ipv6.icmp.echo_ignore_all": (0, 1), "net.ipv6.conf.eth1.forwarding": (0, 1)}
TRACKING = {"net.netfilter.nf_conntrack_" + name: values for name, values in {
    "tcp_loose": (0, 1), "tcp_be_liberal": (0, 1), "checksum": (0, 1), "tcp_ignore_invalid_rst": (0, 1), "udp_timeout": (7, 100),
    "icmp_timeout": (7, 100), "generic_timeout": (7, 100), "tcp_timeout_established": (50, 1000), "tcp_timeout_syn_sent": (15, 300),
    "tcp_timeout_close": (20, 90), "tcp_timeout_time_wait": (15, 200), "sctp_timeout_established": (15, 90)}.items()}


def settings(r, table, chance):
    return {name: r.choice(values) for name, values in table.items() if r.random() < chance}


def mac(device):
    return f"02:00:00:00:00:0{device[-1]}"


def host(r, nets, framed=False):
    """-> the scenario's interfaces, sysctls and lines of ip"""
    interfaces = [{"name": f"eth{i}", "addresses": []} for i in range(DEVICES)]
    if framed:
        for interface in interfaces:
            interface.update(type="tap", mac=mac(interface["name"]))
    sysctls, lines = settings(r, TRACKING, 0.03), []
    for net in nets:
        for i in range(DEVICES):
            interfaces[i]["addresses"].append(f"{net.own[i]}/{64 if net.v6 else 24}")
        if net.v6:
            sysctls["net.ipv6.conf.all.forwarding"] = 1 if r.random() < 0.95 else 0
            sysctls.update(settings(r, SETTINGS6, 0.04))
            lines += routes6(r, net)
        else:
            if r.random() < 0.2:
                interfaces[0]["addresses"].append("203.0.113.3/24")
            sysctls["net.ipv4.ip_forward"] = 1 if r.random() < 0.95 else 0
            # how many redirects a host is told depends on the milliseconds between two packets
            sysctls["net.ipv4.conf.all.send_redirects"] = sysctls["net.ipv4.conf.default.send_redirects"] = 0
            if r.random() < 0.2:
                sysctls["net.ipv4.conf.default.rp_filter"] = r.choice([1, 2])
            sysctls.update(settings(r, SETTINGS4, 0.04))
            lines += routes4(r, net)
    if r.random() < 0.3:
        interfaces[r.randrange(DEVICES)]["mtu"] = r.choice([1300, 1400] if any(n.v6 for n in nets) else [1300, 576, 1000])
    return {"interfaces": interfaces, "sysctls": sysctls, "ip": lines}
