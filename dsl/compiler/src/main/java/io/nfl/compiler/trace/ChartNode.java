// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Hook;
import java.util.List;

/**
 * What netfilter's flow chart is made of. A hook's stages are in the order of their priorities
 * (include/uapi/linux/netfilter_ipv4.h, {@code enum nf_ip_hook_priorities}).
 */
enum ChartNode {
    PREROUTING("PREROUTING", List.of("raw", "conntrack", "mangle", "nat")),
    ROUTE_IN("routing", List.of("")),
    INPUT("INPUT", List.of("mangle", "filter", "security", "nat")),
    FORWARD("FORWARD", List.of("mangle", "filter", "security")),
    LOCAL("this host", List.of("")),
    ROUTE_OUT("routing", List.of("")),
    OUTPUT("OUTPUT", List.of("raw", "conntrack", "mangle", "nat", "filter", "security")),
    REROUTE("routing again", List.of("")),
    POSTROUTING("POSTROUTING", List.of("mangle", "nat"));

    private final String title;
    private final List<String> stages;

    ChartNode(final String title, final List<String> stages) {
        this.title = title;
        this.stages = stages;
    }

    String title() {
        return title;
    }

    /** One without a name where the node is not a hook. */
    List<String> stages() {
        return stages;
    }

    boolean isHook() {
        return stages.size() > 1;
    }

    static ChartNode of(final Hook hook) {
        return valueOf(hook.name());
    }
}
