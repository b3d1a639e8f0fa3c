// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/** One {@code ip rule add} command (iproute2, iprule.c). */
final class IpRuleReader {
    private static final long MAX_32 = 0xFFFF_FFFFL;

    private final Optional<Family> asked;
    private final Words words;
    private final ToLongFunction<Family> usualPriority;
    private Optional<Long> priority = Optional.empty();
    private boolean inverted;
    private Optional<String> from = Optional.empty();
    private Optional<String> to = Optional.empty();
    private Optional<String> inDevice = Optional.empty();
    private Optional<String> outDevice = Optional.empty();
    private Values.Masked mark = new Values.Masked(0, 0);
    private int tos;
    private OptionalInt protocol = OptionalInt.empty();
    private Optional<PortRange> sourcePorts = Optional.empty();
    private Optional<PortRange> destinationPorts = Optional.empty();
    private Optional<RoutingRule.UidRange> uids = Optional.empty();
    private Optional<RoutingRule.Action> action = Optional.empty();
    private int suppressPrefixLength = -1;
    private OptionalInt table = OptionalInt.empty();

    IpRuleReader(final Optional<Family> asked, final Words words, final ToLongFunction<Family> usualPriority) {
        this.asked = asked;
        this.words = words;
        this.usualPriority = usualPriority;
    }

    RoutingRule read() throws Refusal {
        while (words.hasNext()) {
            option(words.next());
        }
        // ip rule takes no family from its addresses: it tells the kernel of an IPv4 rule, which refuses a longer
        // prefix
        final Family family = asked.orElse(Family.IPV4);
        final Optional<Prefix> source = prefix(family, from);
        final Optional<Prefix> destination = prefix(family, to);
        return new RoutingRule(
                family,
                priority.isPresent() ? priority.get() : usualPriority.applyAsLong(family),
                inverted,
                source,
                destination,
                inDevice,
                outDevice,
                mark.value(),
                mark.mask(),
                tos,
                protocol,
                sourcePorts,
                destinationPorts,
                uids,
                action());
    }

    private RoutingRule.Action action() throws Refusal {
        if (table.isPresent() && action.isPresent()) {
            throw Refusal.syntax("a rule does one thing");
        }
        if (suppressPrefixLength >= 0 && action.isPresent()) {
            throw Refusal.syntax("only a table's result can be suppressed");
        }
        return action.orElseGet(
                () -> new RoutingRule.Action.Lookup(table.orElse(RoutingTables.MAIN), suppressPrefixLength));
    }

    private static Optional<Prefix> prefix(final Family family, final Optional<String> text) throws Refusal {
        return text.isEmpty() ? Optional.empty() : Optional.of(IpRouteReader.prefix(family, text.get()));
    }

    private void option(final String word) throws Refusal {
        switch (word) {
            case "not" -> inverted = true;
            case "from" -> from = Optional.of(words.value(word));
            case "to" -> to = Optional.of(words.value(word));
            case "iif", "dev" -> inDevice = Optional.of(words.value(word));
            case "oif" -> outDevice = Optional.of(words.value(word));
            case "fwmark" -> mark = Values.masked(words.value(word));
            case "tos", "dsfield" -> tos = tos(words.value(word));
            case "ipproto" -> protocol = OptionalInt.of(Values.protocol(words.value(word)));
            case "sport" -> sourcePorts = Optional.of(ports());
            case "dport" -> destinationPorts = Optional.of(ports());
            case "uidrange" -> uids = Optional.of(uids(words.value(word)));
            case "pref", "priority", "preference", "order" ->
                priority = Optional.of(Values.number(words.value(word), 0, MAX_32));
            case "table", "lookup" -> table = OptionalInt.of(IpRouteReader.table(words.value(word)));
            case "suppress_prefixlength", "sup_pl" -> suppressPrefixLength = Values.integer(words.value(word), 0, 128);
            case "goto" ->
                action = Optional.of(new RoutingRule.Action.GoTo(Values.number(words.value(word), 0, MAX_32)));
            case "nop" -> action = Optional.of(new RoutingRule.Action.Nop());
            case "type" -> {}
            case "blackhole" -> action = Optional.of(new RoutingRule.Action.Refuse(RouteType.BLACKHOLE));
            case "unreachable" -> action = Optional.of(new RoutingRule.Action.Refuse(RouteType.UNREACHABLE));
            case "prohibit" -> action = Optional.of(new RoutingRule.Action.Refuse(RouteType.PROHIBIT));
            default -> throw Refusal.unsupported("`" + word + "` of ip rule is not supported");
        }
    }

    /** {@code 0x} in front or not, a TOS is hexadecimal ({@code rtnl_dsfield_a2n}). */
    static int tos(final String text) throws Refusal {
        final String digits = text.startsWith("0x") ? text : "0x" + text;
        return (int) Values.number(digits, 0, 255);
    }

    private PortRange ports() throws Refusal {
        return Values.ports("tcp", words.value("port"), '-');
    }

    private static RoutingRule.UidRange uids(final String text) throws Refusal {
        final int dash = text.indexOf('-');
        if (dash < 0) {
            throw Refusal.syntax("`" + text + "` is no range of users");
        }
        return new RoutingRule.UidRange(
                Values.number(text.substring(0, dash), 0, MAX_32), Values.number(text.substring(dash + 1), 0, MAX_32));
    }
}
