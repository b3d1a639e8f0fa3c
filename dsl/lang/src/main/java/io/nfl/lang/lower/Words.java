// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.Device;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.AccountNames;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Match;
import io.nfl.lang.Nearest;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.DeviceLiteral;
import io.nfl.lang.nfl.DeviceName;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.FamilyWord;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.MarkName;
import io.nfl.lang.nfl.MarkNumber;
import io.nfl.lang.nfl.MarkValue;
import io.nfl.lang.nfl.MaskedNumber;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.OwnerMatch;
import io.nfl.lang.nfl.Zone;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** Values that are words or names: devices, marks, protocols, DSCP classes, families, ids. */
final class Words {
    /** What no device can be called: net/core/dev.c and, for the last two, the directories of sysctl. */
    private static final Set<String> NO_DEVICES = Set.of(".", "..", "all", "default");

    private final Findings findings;
    private final Numbers numbers;

    Words(final Findings findings, final Numbers numbers) {
        this.findings = findings;
        this.numbers = numbers;
    }

    /** A value and a mask. */
    record Masked(int value, int mask) {}

    Family family(final FamilyWord word) {
        return switch (word) {
            case IPV4 -> Family.IPV4;
            case IPV6 -> Family.IPV6;
        };
    }

    /** The devices of a list of interfaces, zones and literals, each once. */
    List<DevicePattern> devices(final List<? extends DeviceReference> references) {
        final Set<DevicePattern> devices = new LinkedHashSet<>();
        references.forEach(each -> devices(each, devices, new HashSet<>()));
        return List.copyOf(devices);
    }

    private void devices(
            final DeviceReference reference, final Set<DevicePattern> devices, final Set<Declaration> following) {
        if (reference instanceof DeviceLiteral literal) {
            device(literal, literal.getDevice()).ifPresent(devices::add);
            return;
        }
        final Declaration declaration = ((DeviceName) reference).getDeclaration();
        if (declaration instanceof Interface each) {
            device(each, each.getDevice()).ifPresent(devices::add);
        } else if (declaration instanceof Zone zone) {
            if (!following.add(zone)) {
                findings.report(Code.VALUE_WORD, reference, "the zone `" + zone.getName() + "` is made of itself");
                return;
            }
            zone.getInterfaces().forEach(each -> devices(each, devices, following));
            following.remove(zone);
        }
    }

    Optional<DevicePattern> device(final EObject at, final @Nullable String written) {
        if (written == null) {
            return Optional.empty();
        }
        final String text = written.startsWith("\"") ? written.substring(1, written.length() - 1) : written;
        if (text.length() > Device.MAX_NAME_LENGTH) {
            findings.report(
                    Code.NAMES_TOO_LONG,
                    place(at),
                    "a device name has at most " + Device.MAX_NAME_LENGTH + " characters, this one has "
                            + text.length(),
                    "the kernel has no room for more; iptables counts the `+` of a wildcard too");
            return Optional.empty();
        }
        if (!text.matches("[^\\s/:\"'\\\\+*]+[+*]?") || NO_DEVICES.contains(text)) {
            findings.report(
                    Code.VALUE_WORD,
                    place(at),
                    "`" + text + "` is no device name",
                    "a device name has 1 to 15 characters, no space, colon or slash; one that ends with `+` stands for"
                            + " all that begin so");
            return Optional.empty();
        }
        final boolean wildcard = text.endsWith("+") || text.endsWith("*");
        return Optional.of(new DevicePattern(wildcard ? text.substring(0, text.length() - 1) : text, wildcard));
    }

    private Span place(final EObject at) {
        return at instanceof Interface
                ? findings.spans().of(at, NflPackage.eINSTANCE.getInterface_Device())
                : findings.span(at);
    }

    Masked mark(final MarkValue value) {
        if (value instanceof MarkName name) {
            return name.getMark() instanceof Mark mark ? masked(mark.getValue(), -1) : new Masked(0, 0);
        }
        final MarkNumber number = (MarkNumber) value;
        return masked(value, number.getValue(), number.getMask(), -1);
    }

    Masked masked(final @Nullable MaskedNumber number, final int fullMask) {
        return number == null ? new Masked(0, 0) : masked(number, number.getValue(), number.getMask(), fullMask);
    }

    private Masked masked(
            final EObject at, final @Nullable String value, final @Nullable String mask, final int fullMask) {
        final int bits = numbers.bits(at, value);
        final int under = mask == null ? fullMask : numbers.bits(at, mask);
        if ((bits & ~under) != 0) {
            findings.report(
                    Code.VALUE_MARK,
                    at,
                    String.format("the value 0x%x has bits outside its mask 0x%x", bits, under),
                    "it could never be equal to a masked value");
        }
        return new Masked(bits, under);
    }

    Optional<Integer> protocol(final EObject at, final String name) {
        final String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("icmpv6")) {
            return Optional.of(IpProtocol.IPV6_ICMP.number());
        }
        for (final IpProtocol each : IpProtocol.values()) {
            if (each.label().equals(lower)
                    || each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(lower)) {
                return Optional.of(each.number());
            }
        }
        if (!Character.isDigit(name.charAt(0))) {
            findings.report(Code.VALUE_WORD, at, "no protocol is called `" + name + "`");
            return Optional.empty();
        }
        return Optional.of(numbers.integer(at, name, "a protocol's number", 1, 255));
    }

    /** A number, or a class of RFC 2474, 2597 and 3246. */
    int dscp(final EObject at, final String text) {
        final String name = text.toLowerCase(Locale.ROOT);
        if (name.matches("cs[0-7]")) {
            return (name.charAt(2) - '0') << 3;
        }
        if (name.matches("af[1-4][1-3]")) {
            return (name.charAt(2) - '0') << 3 | (name.charAt(3) - '0') << 1;
        }
        if (name.equals("ef")) {
            return 46;
        }
        if (name.equals("be")) {
            return 0;
        }
        if (!Character.isDigit(name.charAt(0))) {
            findings.report(
                    Code.VALUE_WORD, at, "no DSCP class is called `" + text + "`", "ef, be, cs0-cs7, af11-af43");
            return 0;
        }
        return numbers.integer(at, text, "a DSCP value", 0, 63);
    }

    Optional<Match.IdRange> ids(final OwnerMatch match) {
        if (match.getIds() != null) {
            return numbers.range(match.getIds(), "an id", 0, 0xFFFF_FFFEL)
                    .map(range -> new Match.IdRange(range.low(), range.high()));
        }
        final boolean group = match.getWhat().startsWith("g");
        return account(match, String.valueOf(match.getUser()), group).map(id -> new Match.IdRange(id, id));
    }

    /** The number of a user or a group; told where it is not the same on every host. */
    Optional<Integer> account(final EObject at, final String name, final boolean group) {
        final OptionalInt id = group ? AccountNames.group(name) : AccountNames.user(name);
        if (id.isPresent()) {
            return Optional.of(id.getAsInt());
        }
        final String kind = group ? "group" : "user";
        final Diagnostic plain = Diagnostic.of(
                        Code.NAMES_UNKNOWN,
                        findings.span(at),
                        "no " + kind + " `" + name + "` has the same number on every host")
                .note("only Debian's own are known by name; write the number, as `" + (group ? "gid" : "uid")
                        + " 1000`");
        findings.add(Nearest.of(name, group ? AccountNames.groups() : AccountNames.users())
                .map(each -> plain.note("did you mean `" + each + "`?"))
                .orElse(plain));
        return Optional.empty();
    }
}
