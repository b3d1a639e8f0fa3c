"""Where a rule stands, and what may stand there."""

HOOKS = {"raw": ["PREROUTING", "OUTPUT"], "mangle": ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
         "nat": ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], "filter": ["INPUT", "FORWARD", "OUTPUT"],
         "security": ["INPUT", "FORWARD", "OUTPUT"]}
INWARD, OUTWARD = {"PREROUTING", "INPUT", "FORWARD"}, {"OUTPUT", "FORWARD", "POSTROUTING"}


class Place:
    """A rule's table, and the hooks that its chain can be reached from."""

    def __init__(self, r, net, table, hooks, names, protocol="", called=False):
        self.r, self.net, self.v6, self.table, self.hooks = r, net, net.v6, table, set(hooks)
        self.names, self.protocol, self.called = names, protocol, called

    def only(self, hooks):
        return self.hooks <= set(hooks)

    def no(self, chance=0.2):
        """a negation, now and then"""
        return "! " if self.r.random() < chance else ""

    def pick(self, *choices):
        return self.r.choice(choices)

    def host(self):
        return self.r.choice(self.net.everyone())

    def network(self, holes=True):
        """an address, a prefix, or a mask with holes"""
        r, host = self.r, self.host()
        kind = r.random()
        if kind < 0.45:
            return f"{host}/{self.net.bits}"
        if kind < 0.9:
            return f"{host}/{r.choice([64, 60, 125] if self.v6 else [24, 24, 16, 30, 31])}"
        if kind < 0.95 and holes:
            return f"{host}/{'ffff:ffff::ff' if self.v6 else '255.0.0.255'}"
        return f"{host}/0"


class Names:
    """Names of state that outlives a rule set: the seed keeps those of two scenarios apart."""

    def __init__(self, seed, v6):
        self.base, self.count, self.draws = f"{seed}{'s' if v6 else ''}", 0, 1 if seed % 8 == 0 else 0

    def draw(self):
        """whether the rule may ask chance: one in a rule set, and in few, for the simulator must find what the kernel drew"""
        self.draws -= 1
        return self.draws == 0

    def fresh(self, letter):
        self.count += 1
        return f"{letter}{self.base}x{self.count}"

    def shared(self, letter, number):
        return f"{letter}{self.base}n{number}"
