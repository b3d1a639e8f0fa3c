// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.AddressName;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.HalfAddress;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.InterfaceAddresses;
import io.nfl.lang.nfl.InterfaceProperty;
import io.nfl.lang.nfl.Literal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.jspecify.annotations.Nullable;

/** Addresses: literals made strict, names followed to what they stand for. */
final class Addresses {
    private static final String BUILTIN = "builtin.nfl";

    private final Findings findings;
    private final Set<AddressList> following = new HashSet<>();

    Addresses(final Findings findings) {
        this.findings = findings;
    }

    /** One of the things that a list of addresses can hold. */
    sealed interface Term {
        /** Addresses under a mask. */
        record Masked(AddressMask mask) implements Term {}

        /** A range that is no prefix. */
        record Ranged(AddressRange range) implements Term {}

        /** Of a type that the kernel's local table tells. @param families in which the type exists */
        record Typed(AddressType type, Set<Family> families) implements Term {}

        default boolean isOf(final Family family) {
            if (this instanceof Masked masked) {
                return masked.mask().value().family() == family;
            }
            if (this instanceof Ranged ranged) {
                return ranged.range().low().family() == family;
            }
            return ((Typed) this).families().contains(family);
        }
    }

    List<Term> terms(final List<? extends EObject> values) {
        final List<Term> terms = new ArrayList<>();
        values.forEach(each -> terms.addAll(terms(each)));
        return terms;
    }

    List<Term> terms(final EObject value) {
        if (value instanceof AddressLiteral literal) {
            return literal(literal).map(List::of).orElse(List.of());
        }
        if (value instanceof HalfAddress half) {
            half(half, half.getText());
            return List.of();
        }
        if (value instanceof AddressName name) {
            return named(name, name.getDeclaration(), name.getPart());
        }
        return List.of();
    }

    private void half(final EObject at, final @Nullable String text) {
        findings.report(Code.VALUE_ADDRESS, at, "`" + text + "` is no address");
    }

    List<Term> named(final EObject at, final @Nullable Declaration declaration, final @Nullable String part) {
        if (declaration == null || declaration.eIsProxy()) {
            return List.of();
        }
        if (declaration instanceof AddressList list) {
            if (part != null) {
                findings.report(
                        Code.NAMES_WRONG_KIND,
                        at,
                        "`" + list.getName() + "` is an address, an interface alone has `." + part + "`");
            }
            return list(at, list);
        }
        if (declaration instanceof Interface each) {
            return ofInterface(at, each, part);
        }
        findings.unsupported(at, "sets (`" + declaration.getName() + "`)");
        return List.of();
    }

    private List<Term> list(final EObject at, final AddressList list) {
        final Optional<Term> predeclared = predeclared(list);
        if (predeclared.isPresent()) {
            return List.of(predeclared.get());
        }
        if (!following.add(list)) {
            findings.report(Code.VALUE_ADDRESS, at, "the address `" + list.getName() + "` is made of itself");
            return List.of();
        }
        final List<Term> terms = terms(list.getValues());
        following.remove(list);
        return terms;
    }

    Optional<Term> predeclared(final AddressList list) {
        if (!findings.spans().source(list).name().equals(BUILTIN)) {
            return Optional.empty();
        }
        return switch (Objects.requireNonNull(list.getName())) {
            case "local" -> Optional.of(new Term.Typed(AddressType.LOCAL, Set.of(Family.values())));
            case "broadcast" -> Optional.of(new Term.Typed(AddressType.BROADCAST, Set.of(Family.IPV4)));
            case "multicast" -> Optional.of(new Term.Typed(AddressType.MULTICAST, Set.of(Family.values())));
            default -> Optional.empty();
        };
    }

    private List<Term> ofInterface(final EObject at, final Interface declaration, final @Nullable String part) {
        if (part == null || !part.equals("address") && !part.equals("network")) {
            findings.report(
                    Code.NAMES_WRONG_KIND,
                    at,
                    "`" + declaration.getName() + "` is an interface, here stands an address",
                    "`" + declaration.getName() + ".address` and `" + declaration.getName()
                            + ".network` are its addresses and its networks");
            return List.of();
        }
        final List<InterfaceAddress> addresses = addresses(declaration);
        final boolean tested = EcoreUtil2.getContainerOfType(at, io.nfl.lang.nfl.Test.class) != null;
        if (isDynamic(declaration) && !(tested && !addresses.isEmpty())) {
            findings.report(
                    Code.VALUE_ADDRESS,
                    at,
                    "the addresses of `" + declaration.getName() + "` are known on the host alone",
                    tested
                            ? "`address dynamic like A` says which one tests take"
                            : "match the interface instead, or `to local limited to in`");
            return List.of();
        }
        if (addresses.isEmpty()) {
            findings.report(Code.VALUE_ADDRESS, at, "the interface `" + declaration.getName() + "` has no address");
        }
        return addresses.stream()
                .<Term>map(each -> new Term.Masked(
                        AddressMask.of(part.equals("network") ? each.network() : Prefix.host(each.address()))))
                .distinct()
                .toList();
    }

    static boolean isDynamic(final Interface declaration) {
        return declaration.getProperties().stream()
                .anyMatch(each -> each instanceof InterfaceAddresses addresses && addresses.isDynamic());
    }

    /** The declared addresses, or those of {@code like}, in their order. */
    List<InterfaceAddress> addresses(final Interface declaration) {
        final List<InterfaceAddress> all = new ArrayList<>();
        for (final InterfaceProperty property : declaration.getProperties()) {
            if (property instanceof InterfaceAddresses addresses) {
                for (final Literal each : addresses.isDynamic() ? addresses.getLike() : addresses.getAddresses()) {
                    interfaceAddress(each).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    private Optional<InterfaceAddress> interfaceAddress(final Literal value) {
        if (!(value instanceof AddressLiteral literal)) {
            half(value, ((HalfAddress) value).getText());
            return Optional.empty();
        }
        final Optional<Written> written = written(literal, literal.getLow());
        if (written.isEmpty()) {
            return Optional.empty();
        }
        final int length = written.get().mask().prefixLength();
        if (length < 0) {
            findings.report(Code.VALUE_PREFIX, value, "the mask of an interface's address is a prefix");
            return Optional.empty();
        }
        return Optional.of(new InterfaceAddress(written.get().address(), length));
    }

    /** An address and the mask behind it, both as written. */
    record Written(IpAddress address, IpAddress mask, boolean hasMask) {}

    private Optional<Term> literal(final AddressLiteral literal) {
        final Optional<Written> low = written(literal, literal.getLow());
        if (low.isEmpty()) {
            return Optional.empty();
        }
        if (literal.getHigh() != null) {
            return written(literal, literal.getHigh()).flatMap(high -> range(literal, low.get(), high));
        }
        final Written written = low.get();
        if (!written.address().and(written.mask()).equals(written.address())) {
            hostBits(literal, written);
        }
        return Optional.of(new Term.Masked(new AddressMask(written.address(), written.mask())));
    }

    private void hostBits(final AddressLiteral literal, final Written written) {
        final String network = new AddressMask(written.address(), written.mask()).toString();
        final Span span = findings.span(literal);
        findings.add(
                Diagnostic.of(Code.VALUE_HOST_BITS, span, "`" + literal.getLow() + "` has bits set behind its prefix")
                        .note("it stands for `" + network + "`")
                        .fix(Fix.replace("write `" + network + "`", span, network)));
    }

    private Optional<Term> range(final AddressLiteral at, final Written low, final Written high) {
        if (low.hasMask() || high.hasMask()) {
            findings.report(Code.VALUE_RANGE, at, "the ends of a range are addresses, without a prefix");
            return Optional.empty();
        }
        if (low.address().compareTo(high.address()) > 0) {
            findings.report(Code.VALUE_RANGE, at, "the range " + low.address() + "-" + high.address() + " is empty");
            return Optional.empty();
        }
        return Optional.of(new Term.Ranged(new AddressRange(low.address(), high.address())));
    }

    Optional<Written> written(final EObject at, final @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        final int slash = text.indexOf('/');
        try {
            final IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            final int bits = address.family().bits();
            if (slash < 0) {
                return Optional.of(new Written(address, IpAddress.mask(address.family(), bits), false));
            }
            final String mask = text.substring(slash + 1);
            if (mask.indexOf('.') >= 0 || mask.indexOf(':') >= 0) {
                return Optional.of(new Written(address, IpAddress.parse(mask), true));
            }
            if (mask.length() > 3 || Integer.parseInt(mask) > bits) {
                findings.report(
                        Code.VALUE_PREFIX,
                        at,
                        "`" + text + "` has the prefix length " + mask + ", it is between 0 and " + bits);
                return Optional.empty();
            }
            return Optional.of(new Written(address, IpAddress.mask(address.family(), Integer.parseInt(mask)), true));
        } catch (final IllegalArgumentException e) {
            findings.report(Code.VALUE_ADDRESS, at, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The prefix that a value stands for, where one is wanted; told where it is another thing. */
    Optional<Prefix> prefix(final Address value) {
        final List<Term> terms = terms(value);
        if (terms.size() > 1) {
            findings.report(Code.VALUE_AMBIGUOUS, value, "one network is wanted here, this stands for " + terms.size());
            return Optional.empty();
        }
        return terms.stream().findFirst().flatMap(term -> prefixOf(value, term));
    }

    Optional<Prefix> prefixOf(final EObject at, final Term term) {
        if (term instanceof Term.Masked masked && masked.mask().mask().prefixLength() >= 0) {
            return Optional.of(
                    new Prefix(masked.mask().value(), masked.mask().mask().prefixLength()));
        }
        findings.report(Code.VALUE_ADDRESS, at, "an address or a network is wanted here");
        return Optional.empty();
    }

    /** Single addresses, told where a network or more stands. */
    List<IpAddress> hosts(final EObject value) {
        final List<IpAddress> hosts = new ArrayList<>();
        for (final Term term : terms(value)) {
            prefixOf(value, term).ifPresent(prefix -> {
                if (prefix.length() == prefix.family().bits()) {
                    hosts.add(prefix.address());
                } else {
                    findings.report(Code.VALUE_ADDRESS, value, "`" + prefix + "` is a network, an address is wanted");
                }
            });
        }
        return hosts;
    }

    /** The one address that is wanted; of several of different families the first of {@code family}. */
    Optional<IpAddress> host(final EObject value, final Optional<Family> family) {
        final List<IpAddress> hosts = hosts(value).stream()
                .filter(each -> family.isEmpty() || each.family() == family.get())
                .toList();
        return hosts.stream().findFirst();
    }
}
