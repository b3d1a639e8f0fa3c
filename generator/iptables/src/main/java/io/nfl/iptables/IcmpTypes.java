// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.ir.IcmpNames;
import java.util.Optional;

/** ICMP types as iptables takes them: a name, or a number with a code or without. */
final class IcmpTypes {
    private IcmpTypes() {}

    static IcmpNames.TypeAndCode parse(final Family family, final String text) throws Refusal {
        final Optional<IcmpNames.TypeAndCode> named = IcmpNames.of(family, text);
        if (named.isPresent()) {
            return named.get();
        }
        final int slash = text.indexOf('/');
        final int type = Values.integer(slash < 0 ? text : text.substring(0, slash), 0, 255);
        if (slash < 0) {
            return IcmpNames.TypeAndCode.all(type);
        }
        return IcmpNames.TypeAndCode.one(type, Values.integer(text.substring(slash + 1), 0, 255));
    }
}
