// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.AddressName;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.DeviceName;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.FamilyWord;
import io.nfl.lang.nfl.Forwarding;
import io.nfl.lang.nfl.HookWord;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.InterfaceAddresses;
import io.nfl.lang.nfl.Kind;
import io.nfl.lang.nfl.OnOff;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.PolicyWord;
import io.nfl.lang.nfl.Publish;
import io.nfl.lang.nfl.Zone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/**
 * What a {@code publish} stands for, written out as NFL: read by the same parser, linked and lowered like what users
 * write, and what {@code nfl expand} prints.
 */
final class PublishExpansion {
    private final Spans spans;
    private final List<PolicyFile> files;
    private final List<Diagnostic> found;

    /** @param localnetDevices that need route_localnet for the router's own packets from 127.0.0.0/8 */
    record Expansion(String text, WrittenAs places, List<String> localnetDevices) {}

    PublishExpansion(final Spans spans, final List<PolicyFile> files, final List<Diagnostic> found) {
        this.spans = spans;
        this.files = files;
        this.found = found;
    }

    /** The parts of a declaration as text. */
    private record Words(
            PublishWords written,
            String family,
            String protocol,
            String ports,
            String in,
            String publicAddresses,
            String targets,
            List<Leg> legs,
            String chain,
            List<String> otherAddresses) {
        /** Where packets go that this host or the lan sends to the public address. */
        String innerChain() {
            return otherAddresses.isEmpty() ? chain : chain + "-own";
        }

        /** How the public address is told where a packet does not come in by its interface. */
        String innerAddresses() {
            return otherAddresses.isEmpty() ? publicAddresses : "local";
        }
    }

    /** The targets behind one interface. */
    private record Leg(int target, Interface device, String targets, String targetPorts) {}

    Optional<Expansion> expand(final Publish publish, final int number) {
        final Family family = publish.getFamily() == FamilyWord.IPV6 ? Family.IPV6 : Family.IPV4;
        final boolean local = publish.getInterfaces().stream().anyMatch(PublishExpansion::isLocal);
        final boolean named =
                isNamed(publish.getInterfaces(), local ? "" : "on") & isNamed(publish.getSources(), "hairpin from");
        if (!named) {
            return Optional.empty();
        }
        final List<Interface> published = interfaces(publish.getInterfaces());
        final boolean dynamic = published.stream().anyMatch(PublishExpansion::isDynamic);
        if (forwardingOff()) {
            report(publish, Code.VALUE_ROUTE, "`publish` needs `forwarding on`: nothing would come to its target");
            return Optional.empty();
        }
        if (dynamic && (publish.isRouter() || publish.isHairpin()) && dynamicInterfaces() > 1) {
            report(
                    publish,
                    Code.VALUE_AMBIGUOUS,
                    "`router` and `hairpin` cannot tell two dynamic interfaces apart: which address is meant is known"
                            + " only where a packet comes in");
            return Optional.empty();
        }
        final Optional<List<Leg>> legs = legs(publish, family);
        if (legs.isEmpty()) {
            return Optional.empty();
        }
        final PublishWords written = new PublishWords(spans, publish);
        final Words words = new Words(
                written,
                family == Family.IPV6 ? "ipv6" : "ipv4",
                publish.getProtocol().getLiteral(),
                texts(publish.getPorts()),
                local ? "" : " " + written.on("in " + texts(publish.getInterfaces())),
                publicAddresses(published, local, dynamic),
                targets(publish),
                legs.get(),
                "publish-" + number,
                dynamic ? otherAddresses(published, family) : unanswered(publish, local));
        final PublishWords.Text text = written.plain(text(publish, words, local, dynamic));
        return Optional.of(new Expansion(text.plain(), text.places(), localnet(publish, local, legs.get())));
    }

    /** No answer comes back to ::1 from elsewhere: IPv6 has no route_localnet. */
    private static List<String> unanswered(final Publish publish, final boolean local) {
        return local && publish.isRouter() && publish.getFamily() == FamilyWord.IPV6 ? List.of("::1") : List.of();
    }

    private static List<String> localnet(final Publish publish, final boolean local, final List<Leg> legs) {
        return local && publish.isRouter() && publish.getFamily() != FamilyWord.IPV6
                ? legs.stream()
                        .map(each -> each.device().getDevice().replace("\"", ""))
                        .toList()
                : List.of();
    }

    private String text(final Publish publish, final Words words, final boolean local, final boolean dynamic) {
        final StringBuilder text = new StringBuilder();
        final PublishWords written = words.written();
        final String port = written.ports(words.protocol() + " dport " + words.ports());
        final String protocol = written.ports("proto " + words.protocol());
        final String match = words.family() + " " + written.on("to " + words.publicAddresses()) + " " + port;
        line(text, "chain " + words.chain() + " {");
        line(text, "  dnat to " + words.targets() + " " + words.family() + " " + protocol);
        line(text, "}");
        line(text, "nat prerouting { jump " + words.chain() + words.in() + " " + match + " }");
        accepts(text, words, words.in(), local || dynamic);
        if (!words.otherAddresses().isEmpty() && (publish.isHairpin() || publish.isRouter())) {
            line(text, "chain " + words.innerChain() + " {");
            line(text, "  return " + words.family() + " to " + String.join(", ", words.otherAddresses()));
            line(text, "  jump " + words.chain() + " " + words.family() + " " + protocol);
            line(text, "}");
        }
        final String inner = words.family() + " " + written.on("to " + words.innerAddresses()) + " " + port;
        if (publish.isHairpin()) {
            hairpin(text, publish, words, inner, local, dynamic);
        }
        if (publish.isRouter()) {
            router(text, words, inner, local);
        }
        return text.toString();
    }

    private static void line(final StringBuilder text, final String line) {
        text.append(line.replaceAll(" +}", " }")).append('\n');
    }

    private void accepts(final StringBuilder text, final Words words, final String in, final boolean anyAddress) {
        for (final Leg leg : words.legs()) {
            line(
                    text,
                    "chain publish-accepts { accept" + in + " " + out(words, leg) + " "
                            + translated(words, leg, anyAddress) + " }");
        }
    }

    private static String out(final Words words, final Leg leg) {
        return words.written().target(leg.target(), "out " + leg.device().getName());
    }

    /** What tells a packet of this publication behind the translation. */
    private static String translated(final Words words, final Leg leg, final boolean anyAddress) {
        return words.family() + " " + target(words, leg) + " "
                + words.written()
                        .meant("ct dnat" + (anyAddress ? "" : " ct original to " + words.publicAddresses())
                                + " ct original dport " + words.ports());
    }

    private static String target(final Words words, final Leg leg) {
        return words.written()
                .target(leg.target(), "to " + leg.targets() + " " + words.protocol() + " dport " + leg.targetPorts());
    }

    private void hairpin(
            final StringBuilder text,
            final Publish publish,
            final Words words,
            final String match,
            final boolean local,
            final boolean dynamic) {
        final List<String> sources = publish.getSources().isEmpty()
                ? words.legs().stream()
                        .map(each -> each.device().getName())
                        .distinct()
                        .toList()
                : interfaces(publish.getSources()).stream()
                        .map(Interface::getName)
                        .toList();
        for (final String source : sources) {
            if (!local) {
                final String in = words.written().hairpin("in " + source);
                line(text, "nat prerouting { jump " + words.innerChain() + " " + in + " " + match + " }");
            }
            for (final Leg leg : words.legs()) {
                line(
                        text,
                        "nat postrouting { masquerade " + out(words, leg) + " "
                                + words.written().hairpin("from " + source + ".network") + " "
                                + translated(words, leg, local || dynamic) + " }");
                line(
                        text,
                        "chain publish-accepts { accept " + words.written().hairpin("in " + source) + " "
                                + out(words, leg) + " " + translated(words, leg, local || dynamic) + " }");
            }
        }
    }

    private void router(final StringBuilder text, final Words words, final String match, final boolean local) {
        line(text, "nat output { jump " + words.innerChain() + " " + match + " }");
        for (final Leg leg : words.legs()) {
            final String port = words.family() + " " + target(words, leg) + " "
                    + words.written().meant("ct dnat");
            final String from = local && !words.family().equals("ipv6") ? "local, 127.0.0.0/8" : "local";
            line(
                    text,
                    "nat postrouting { masquerade " + out(words, leg) + " "
                            + words.written().router("from " + from) + " " + port + " }");
            if (outputDrops()) {
                final String original = words.written().meant("ct original dport " + words.ports());
                line(text, "filter output { accept " + port + " " + original + " }");
            }
        }
    }

    private boolean outputDrops() {
        return elements(Block.class).stream()
                .anyMatch(each -> each.getKind() == Kind.FILTER
                        && each.getHook() == HookWord.OUTPUT
                        && each.getPolicy() == PolicyWord.DROP);
    }

    private boolean forwardingOff() {
        return elements(Forwarding.class).stream().noneMatch(each -> each.getValue() == OnOff.ON);
    }

    private <T> List<T> elements(final Class<T> type) {
        final List<T> all = new ArrayList<>();
        for (final PolicyFile file : files) {
            for (final Element element : file.getElements()) {
                if (type.isInstance(element)) {
                    all.add(type.cast(element));
                }
            }
        }
        return all;
    }

    private long dynamicInterfaces() {
        return elements(Interface.class).stream()
                .filter(PublishExpansion::isDynamic)
                .count();
    }

    /** What is local and yet not the address of the dynamic interface: loopback's, and the other interfaces' own. */
    private List<String> otherAddresses(final List<Interface> published, final Family family) {
        final List<String> others = new ArrayList<>();
        others.add(family == Family.IPV4 ? "127.0.0.0/8" : "::1");
        for (final Interface each : elements(Interface.class)) {
            if (!published.contains(each)) {
                networks(each).stream()
                        .map(InterfaceAddress::address)
                        .filter(address -> address.family() == family)
                        .forEach(address -> others.add(address.toString()));
            }
        }
        return others;
    }

    private static String publicAddresses(final List<Interface> published, final boolean local, final boolean dynamic) {
        if (local) {
            return "local";
        }
        if (dynamic) {
            return "local limited to in";
        }
        return published.stream().map(each -> each.getName() + ".address").collect(Collectors.joining(", "));
    }

    /** The interfaces of a list of them and of zones, each once. */
    private static List<Interface> interfaces(final List<DeviceReference> references) {
        final Set<Interface> all = new LinkedHashSet<>();
        references.forEach(each -> interfaces(each, all, new HashSet<>()));
        return List.copyOf(all);
    }

    private static void interfaces(
            final DeviceReference reference, final Set<Interface> into, final Set<Zone> following) {
        if (reference instanceof DeviceName name && name.getDeclaration() instanceof Interface each) {
            into.add(each);
        } else if (reference instanceof DeviceName name
                && name.getDeclaration() instanceof Zone zone
                && following.add(zone)) {
            zone.getInterfaces().forEach(each -> interfaces(each, into, following));
        }
    }

    /** A device in quotes has no address that is known, itself or in a zone. */
    private boolean isNamed(final List<DeviceReference> references, final String words) {
        boolean named = true;
        for (final DeviceReference each : references) {
            if (!words.isEmpty() && !isNamed(each, new HashSet<>())) {
                report(
                        each,
                        Code.VALUE_ADDRESS,
                        "`publish … " + words + "` takes interfaces, which have addresses: declare one for the device");
                named = false;
            }
        }
        return named;
    }

    private static boolean isNamed(final DeviceReference reference, final Set<Zone> following) {
        return reference instanceof DeviceName name
                && (!(name.getDeclaration() instanceof Zone zone)
                        || !following.add(zone)
                        || zone.getInterfaces().stream().allMatch(each -> isNamed(each, following)));
    }

    private String targets(final Publish publish) {
        final List<String> targets = new ArrayList<>();
        for (final Address each : publish.getTargets()) {
            targets.add(text(each));
        }
        final String balance = publish.getBalance() == null ? "" : " " + text(publish.getBalance());
        return String.join(", ", targets) + balance;
    }

    /** The targets by the interface whose network they are in. */
    private Optional<List<Leg>> legs(final Publish publish, final Family family) {
        final List<Leg> legs = new ArrayList<>();
        for (int number = 0; number < publish.getTargets().size(); number++) {
            final Address target = publish.getTargets().get(number);
            final Optional<Interface> towards = towards(target, family);
            if (towards.isEmpty()) {
                if (isLinked(target)) {
                    notReached(target, family);
                }
                return Optional.empty();
            }
            final String text = text(target);
            final int colon = portColon(target, text);
            legs.add(new Leg(
                    number,
                    towards.get(),
                    colon < 0 ? text : text.substring(0, colon),
                    colon < 0 ? texts(publish.getPorts()) : text.substring(colon + 1)));
        }
        return Optional.of(legs);
    }

    private void notReached(final Address target, final Family family) {
        final List<IpAddress> hosts = hosts(target);
        final boolean otherFamily = !hosts.isEmpty() && hosts.stream().noneMatch(each -> each.family() == family);
        if (otherFamily) {
            report(
                    target,
                    Code.FAMILY_NAT,
                    family == Family.IPV4
                            ? "this `publish` is for IPv4; for IPv6 `ipv6` stands at its end"
                            : "this `publish` is for IPv6, and its target is not");
        } else if (hosts.stream().anyMatch(this::isOwn)) {
            report(
                    target,
                    Code.VALUE_ADDRESS,
                    "`" + text(target) + "` is an address of this host itself: packets for it are not forwarded;"
                            + " `redirect` in nat prerouting sends them to another port");
        } else {
            report(
                    target,
                    Code.VALUE_ADDRESS,
                    "`" + text(target)
                            + "` is not in the network of just one interface: which way it lies is not known");
        }
    }

    private boolean isOwn(final IpAddress address) {
        return elements(Interface.class).stream()
                .flatMap(each -> networks(each).stream())
                .anyMatch(each -> each.address().equals(address));
    }

    /** A name that is none is told already. */
    private static boolean isLinked(final Address target) {
        return !(target instanceof AddressName name)
                || name.getDeclaration() != null && !name.getDeclaration().eIsProxy();
    }

    private static int portColon(final Address target, final String text) {
        final boolean ports = target instanceof AddressLiteral literal && literal.getPorts() != null
                || target instanceof AddressName name && name.getPorts() != null;
        return ports ? text.lastIndexOf(':') : -1;
    }

    private Optional<Interface> towards(final Address target, final Family family) {
        final Set<Interface> all = new LinkedHashSet<>();
        for (final IpAddress address : hosts(target)) {
            if (address.family() == family && !isOwn(address)) {
                elements(Interface.class).stream()
                        .filter(each -> networks(each).stream()
                                .anyMatch(network -> network.network().contains(address)))
                        .forEach(all::add);
            }
        }
        return all.size() == 1 ? all.stream().findFirst() : Optional.empty();
    }

    private static List<IpAddress> hosts(final EObject target) {
        final List<IpAddress> hosts = new ArrayList<>();
        if (target instanceof AddressLiteral literal) {
            parse(literal.getLow()).ifPresent(each -> hosts.add(each.address()));
        } else if (target instanceof AddressName name && name.getDeclaration() instanceof AddressList list) {
            list.getValues().forEach(each -> hosts.addAll(hosts(each)));
        }
        return hosts;
    }

    private static List<InterfaceAddress> networks(final Interface declaration) {
        final List<InterfaceAddress> all = new ArrayList<>();
        declaration.getProperties().stream()
                .filter(InterfaceAddresses.class::isInstance)
                .flatMap(each -> ((InterfaceAddresses) each).getAddresses().stream())
                .filter(AddressLiteral.class::isInstance)
                .forEach(each -> parse(((AddressLiteral) each).getLow()).ifPresent(all::add));
        return all;
    }

    private static Optional<InterfaceAddress> parse(final String text) {
        try {
            final int slash = text.indexOf('/');
            final IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            final int length = slash < 0 ? address.family().bits() : Integer.parseInt(text.substring(slash + 1));
            return length > address.family().bits()
                    ? Optional.empty()
                    : Optional.of(new InterfaceAddress(address, length));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isLocal(final DeviceReference reference) {
        return reference instanceof DeviceName name && name.getDeclaration() instanceof AddressList;
    }

    private static boolean isDynamic(final Interface declaration) {
        return declaration.getProperties().stream()
                .anyMatch(each -> each instanceof InterfaceAddresses addresses && addresses.isDynamic());
    }

    private String texts(final List<? extends EObject> objects) {
        return String.join(", ", objects.stream().map(this::text).toList());
    }

    private String text(final EObject object) {
        final INode node = NodeModelUtils.findActualNodeFor(object);
        return node == null ? "" : NodeModelUtils.getTokenText(node);
    }

    private void report(final EObject at, final Code code, final String message) {
        found.add(Diagnostic.of(code, spans.of(at), message));
    }
}
