// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.AddressMask;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Matches of one rule that exclude one another, as {@code tcp} and {@code udp} do: both of them hold for no packet. */
final class Exclusion {
    private Exclusion() {}

    /** The part of the packet of which two conditions want different values; a part of the header alone. */
    static Optional<HeaderPart> among(final List<Condition> conditions) {
        for (final HeaderPart part : HeaderPart.values()) {
            final List<List<Object>> wanted = new ArrayList<>();
            conditions.forEach(each -> values(each, part).ifPresent(wanted::add));
            for (int i = 1; i < wanted.size(); i++) {
                for (final List<Object> before : wanted.subList(0, i)) {
                    if (apart(before, wanted.get(i))) {
                        return Optional.of(part);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean apart(final List<Object> some, final List<Object> others) {
        return some.stream().allMatch(a -> others.stream().allMatch(b -> apart(a, b)));
    }

    private static boolean apart(final Object a, final Object b) {
        if (a instanceof AddressMask one && b instanceof AddressMask other) {
            final var common = one.mask().and(other.mask());
            return !one.value().and(common).equals(other.value().and(common));
        }
        if (a instanceof DevicePattern one && b instanceof DevicePattern other) {
            return !overlap(one, other) && !overlap(other, one);
        }
        return !a.equals(b);
    }

    private static boolean overlap(final DevicePattern wide, final DevicePattern narrow) {
        return wide.wildcard() ? narrow.name().startsWith(wide.name()) : wide.equals(narrow);
    }

    /** What the part may be where the condition holds; empty where it says nothing of it. */
    private static Optional<List<Object>> values(final Condition condition, final HeaderPart part) {
        if (condition instanceof Condition.All all) {
            return value(all.tests(), part).map(List::of);
        }
        if (!(condition instanceof Condition.Any any)) {
            return Optional.empty();
        }
        final List<Object> values = new ArrayList<>();
        for (final List<Test> alternative : any.alternatives()) {
            final Optional<Object> value = value(alternative, part);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(values);
    }

    private static Optional<Object> value(final List<Test> tests, final HeaderPart part) {
        return tests.stream()
                .filter(each -> each instanceof Test.Header slot && slot.part() == part && !slot.negated())
                .map(each -> ((Test.Header) each).value())
                .findFirst();
    }
}
