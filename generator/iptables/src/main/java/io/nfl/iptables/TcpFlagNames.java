// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.TcpFlags;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** TCP flags as {@code --tcp-flags} names them (iptables/extensions/libxt_tcp.c). */
final class TcpFlagNames {
    private static final Map<String, Integer> BITS = new LinkedHashMap<>();
    private static final int ALL = 0x3F;

    static {
        BITS.put("FIN", TcpFlags.FIN);
        BITS.put("SYN", TcpFlags.SYN);
        BITS.put("RST", TcpFlags.RST);
        BITS.put("PSH", TcpFlags.PSH);
        BITS.put("ACK", TcpFlags.ACK);
        BITS.put("URG", TcpFlags.URG);
    }

    private TcpFlagNames() {}

    static String list(final int bits) {
        if (bits == 0) {
            return "NONE";
        }
        return BITS.entrySet().stream()
                .filter(e -> (bits & e.getValue()) != 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(","));
    }

    /** The bits of a list; absent where a name is unknown. */
    static OptionalInt parse(final String list) {
        int bits = 0;
        for (final String name : list.split(",", -1)) {
            final String upper = name.toUpperCase(Locale.ROOT);
            if (upper.equals("ALL")) {
                bits |= ALL;
            } else if (BITS.containsKey(upper)) {
                bits |= BITS.get(upper);
            } else if (!upper.equals("NONE")) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of(bits);
    }
}
