// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The options by name: which kernel setting each is, and what its words mean. One table. */
final class HostOptions {
    private static final Map<String, Integer> ON_OFF = Map.of("on", 1, "off", 0);
    private static final Map<String, Integer> RP_FILTER = Map.of("off", 0, "strict", 1, "loose", 2);
    private static final SortedMap<String, List<Setting>> SETTINGS = new TreeMap<>();
    private static final SortedMap<String, String> TIMEOUTS = new TreeMap<>();

    static {
        device("rp-filter", "net.ipv4.conf.%s.rp_filter", RP_FILTER);
        device("route-localnet", "net.ipv4.conf.%s.route_localnet", ON_OFF);
        device("src-valid-mark", "net.ipv4.conf.%s.src_valid_mark", ON_OFF);
        device("accept-local", "net.ipv4.conf.%s.accept_local", ON_OFF);
        device("forwarding", "net.ipv4.conf.%s.forwarding", ON_OFF);
        device("send-redirects", "net.ipv4.conf.%s.send_redirects", ON_OFF);
        global("tcp-loose", "net.netfilter.nf_conntrack_tcp_loose", ON_OFF);
        global("tcp-be-liberal", "net.netfilter.nf_conntrack_tcp_be_liberal", ON_OFF);
        global("conntrack-checksum", "net.netfilter.nf_conntrack_checksum", ON_OFF);
        global("conntrack-max", "net.netfilter.nf_conntrack_max", Map.of());
        for (final String each : List.of(
                "generic",
                "icmp",
                "icmpv6",
                "udp",
                "udp_stream",
                "gre",
                "gre_stream",
                "tcp_syn_sent",
                "tcp_syn_recv",
                "tcp_established",
                "tcp_fin_wait",
                "tcp_close_wait",
                "tcp_last_ack",
                "tcp_time_wait",
                "tcp_close",
                "tcp_max_retrans",
                "tcp_unacknowledged",
                "sctp_closed",
                "sctp_cookie_wait",
                "sctp_cookie_echoed",
                "sctp_established",
                "sctp_shutdown_sent",
                "sctp_shutdown_recd",
                "sctp_shutdown_ack_sent",
                "sctp_heartbeat_sent")) {
            TIMEOUTS.put(each, timeoutSysctl(each));
        }
    }

    /**
     * A kernel setting.
     *
     * @param sysctl with {@code %s} for the device where each has its own
     * @param words what may stand as its value; empty: any number
     */
    record Setting(String sysctl, boolean perDevice, Map<String, Integer> words) {
        OptionalInt value(final String text) {
            if (words.containsKey(text)) {
                return OptionalInt.of(words.get(text));
            }
            return words.isEmpty() && text.matches("\\d{1,9}")
                    ? OptionalInt.of(Integer.parseInt(text))
                    : OptionalInt.empty();
        }

        /**
         * Whether the kernel takes the greater of the device's and that of {@code all} (include/linux/inetdevice.h).
         */
        boolean sumsUp() {
            return perDevice && !sysctl.endsWith(".forwarding");
        }

        String values() {
            return words.isEmpty() ? "a number" : String.join(", ", new TreeSet<>(words.keySet()));
        }
    }

    private HostOptions() {}

    private static void device(final String name, final String sysctl, final Map<String, Integer> words) {
        SETTINGS.put(name, List.of(new Setting(sysctl, true, words)));
    }

    private static void global(final String name, final String sysctl, final Map<String, Integer> words) {
        SETTINGS.put(name, List.of(new Setting(sysctl, false, words)));
    }

    /** The kernel's names differ: {@code nf_conntrack_tcp_timeout_close}, {@code nf_conntrack_udp_timeout_stream}. */
    private static String timeoutSysctl(final String key) {
        final int cut = key.indexOf('_');
        final String protocol = cut < 0 ? key : key.substring(0, cut);
        return "net.netfilter.nf_conntrack_" + protocol + "_timeout" + (cut < 0 ? "" : key.substring(cut));
    }

    static List<Setting> settings(final String option) {
        return new ArrayList<>(SETTINGS.getOrDefault(option, List.of()));
    }

    static SortedSet<String> names() {
        return new TreeSet<>(SETTINGS.keySet());
    }

    /** @param key with {@code _} or {@code -} between its words */
    static Optional<String> timeout(final String key) {
        return Optional.ofNullable(TIMEOUTS.get(key.replace('-', '_')));
    }

    static SortedSet<String> timeouts() {
        return new TreeSet<>(TIMEOUTS.keySet());
    }

    static String forwarding(final Family family) {
        return switch (family) {
            case IPV4 -> "net.ipv4.ip_forward";
            case IPV6 -> "net.ipv6.conf.all.forwarding";
        };
    }
}
