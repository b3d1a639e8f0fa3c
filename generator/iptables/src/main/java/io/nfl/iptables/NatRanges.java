// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** NAT targets' options: {@code a-b:p-q/base}, {@code [v6]:p}, ports alone, flags. */
final class NatRanges {
    private NatRanges() {}

    static NatRange ports(final Map<String, String> options) throws Refusal {
        final String ports = options.get("--to-ports");
        return new NatRange(
                Optional.empty(),
                ports == null ? Optional.empty() : Optional.of(Values.ports("tcp", ports, '-')),
                OptionalInt.empty(),
                options.containsKey("--random"),
                options.containsKey("--random-fully"),
                false);
    }

    static NatRange mapping(final Family family, final Map<String, String> options, final String option)
            throws Refusal {
        final String text = options.get(option);
        if (text == null) {
            throw Refusal.syntax("`" + option + "` is missing");
        }
        final int colon = portColon(family, text);
        final String addresses = colon < 0 ? text : text.substring(0, colon);
        Optional<PortRange> ports = Optional.empty();
        OptionalInt base = OptionalInt.empty();
        if (colon >= 0) {
            final String rest = text.substring(colon + 1);
            final int slash = rest.indexOf('/');
            ports = Optional.of(Values.ports("tcp", slash < 0 ? rest : rest.substring(0, slash), '-'));
            if (slash >= 0) {
                base = OptionalInt.of(Values.port("tcp", rest.substring(slash + 1)));
            }
        }
        return new NatRange(
                addresses.isEmpty() ? Optional.empty() : Optional.of(range(family, addresses)),
                ports,
                base,
                options.containsKey("--random"),
                options.containsKey("--random-fully"),
                options.containsKey("--persistent"));
    }

    /** Where the ports begin; IPv6 addresses with ports stand in brackets. */
    private static int portColon(final Family family, final String text) {
        return switch (family) {
            case IPV4 -> text.indexOf(':');
            case IPV6 -> text.startsWith("[") ? text.indexOf("]:") < 0 ? -1 : text.lastIndexOf("]:") + 1 : -1;
        };
    }

    /** {@code a}, {@code a-b}, {@code [a]}, {@code [a]-[b]} or {@code [a-b]}. */
    private static AddressRange range(final Family family, final String text) throws Refusal {
        final String bare = text.replace("[", "").replace("]", "");
        final int dash = bare.indexOf('-');
        final IpAddress low = Values.address(family, dash < 0 ? bare : bare.substring(0, dash));
        final IpAddress high = dash < 0 ? low : Values.address(family, bare.substring(dash + 1));
        if (low.compareTo(high) > 0) {
            throw Refusal.syntax("the range `" + text + "` runs downwards");
        }
        return new AddressRange(low, high);
    }
}
