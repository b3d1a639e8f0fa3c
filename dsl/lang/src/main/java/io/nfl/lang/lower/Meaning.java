// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.PortRange;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.IcmpNames;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.AddressSet;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.DeviceName;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.FamilyWord;
import io.nfl.lang.nfl.IcmpEntry;
import io.nfl.lang.nfl.IcmpType;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.InterfaceMtu;
import io.nfl.lang.nfl.InterfaceOption;
import io.nfl.lang.nfl.InterfaceProperty;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.PortEntry;
import io.nfl.lang.nfl.ProtocolEntry;
import io.nfl.lang.nfl.RecentList;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.Service;
import io.nfl.lang.nfl.ServiceEntry;
import io.nfl.lang.nfl.Zone;
import io.nfl.lang.nfl.util.NflSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** What a declared name stands for, in words: by the code that lowers its uses. What is wrong in it is left out. */
public final class Meaning extends NflSwitch<List<String>> {
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final IcmpTests icmp;

    private Meaning(final Reading reading) {
        this.findings = new Findings(reading.spans(), List.of());
        this.numbers = new Numbers(findings);
        this.addresses = new Addresses(findings);
        this.words = new Words(findings, numbers);
        this.icmp = new IcmpTests(findings, numbers);
    }

    /** A line for each part; none for a chain. */
    public static List<String> of(final Declaration declaration, final Reading reading) {
        final List<String> lines = new Meaning(reading).doSwitch(declaration);
        return lines == null ? List.of() : lines;
    }

    @Override
    public List<String> caseInterface(final Interface declaration) {
        final List<String> lines = new ArrayList<>();
        words.device(declaration, declaration.getDevice()).ifPresent(each -> lines.add("device " + each));
        final String known =
                addresses.addresses(declaration).stream().map(Object::toString).collect(Collectors.joining(", "));
        if (Addresses.isDynamic(declaration)) {
            lines.add("address known on the host alone" + (known.isEmpty() ? "" : ", in tests " + known));
        } else if (!known.isEmpty()) {
            lines.add("address " + known);
        }
        for (final InterfaceProperty each : declaration.getProperties()) {
            if (each instanceof InterfaceMtu mtu && mtu.getMtu() != null) {
                lines.add("mtu " + mtu.getMtu());
            } else if (each instanceof InterfaceOption option) {
                lines.add(option.getName() + " " + option.getValue());
            }
        }
        return lines;
    }

    @Override
    public List<String> caseZone(final Zone declaration) {
        final List<String> lines = new ArrayList<>();
        for (final DeviceReference each : declaration.getInterfaces()) {
            final String devices = words.devices(List.of(each)).stream()
                    .map(DevicePattern::toString)
                    .collect(Collectors.joining(", "));
            final boolean named = each instanceof DeviceName;
            lines.add(named ? text(each) + " (" + devices + ")" : devices);
        }
        return lines;
    }

    @Override
    public List<String> caseAddressList(final AddressList declaration) {
        final Optional<Addresses.Term> predeclared = addresses.predeclared(declaration);
        if (predeclared.isPresent()) {
            return List.of(text(predeclared.get()));
        }
        return addresses.terms(declaration.getValues()).stream()
                .map(Meaning::text)
                .toList();
    }

    private static String text(final Addresses.Term term) {
        if (term instanceof Addresses.Term.Masked masked) {
            final String text = masked.mask().toString();
            final String whole = "/" + masked.mask().value().family().bits();
            return text.endsWith(whole) ? text.substring(0, text.length() - whole.length()) : text;
        }
        if (term instanceof Addresses.Term.Ranged ranged) {
            return ranged.range().toString();
        }
        return "addrtype " + ((Addresses.Term.Typed) term).type();
    }

    @Override
    public List<String> caseService(final Service declaration) {
        return declaration.getEntries().stream().map(this::entry).toList();
    }

    private String entry(final ServiceEntry entry) {
        if (entry instanceof PortEntry each) {
            final String protocol = each.getProtocol().getLiteral();
            final String ports = each.getPorts().stream()
                    .flatMap(range -> numbers.ports(range, protocol).stream())
                    .map(Meaning::ports)
                    .collect(Collectors.joining(", "));
            final String family =
                    !Services.startsWithFamily(each) ? "" : each.getFamily() == FamilyWord.IPV4 ? "ipv4 " : "ipv6 ";
            return family + protocol + " " + ports;
        }
        if (entry instanceof IcmpEntry each) {
            final String types =
                    each.getTypes().stream().map(type -> type(each, type)).collect(Collectors.joining(", "));
            final String ttl = each.getTtl() == null ? "" : " ttl " + each.getTtl();
            return each.getVersion().getLiteral() + " " + types + ttl;
        }
        return entry instanceof ProtocolEntry ? text(entry) : "";
    }

    private static String ports(final PortRange range) {
        return range.isSingle() ? String.valueOf(range.low()) : range.low() + "-" + range.high();
    }

    private String type(final IcmpEntry entry, final IcmpType type) {
        if (type.getName() == null) {
            return "";
        }
        final Optional<IcmpNames.TypeAndCode> parsed = icmp.parse(entry.getVersion(), type);
        if (parsed.isEmpty()) {
            return text(type);
        }
        final IcmpNames.TypeAndCode known = parsed.get();
        final String number = known.codeLow() == known.codeHigh()
                ? known.type() + "/" + known.codeLow()
                : String.valueOf(known.type());
        return text(type).equals(number) ? number : text(type) + " (" + number + ")";
    }

    @Override
    public List<String> caseMark(final Mark declaration) {
        if (declaration.getValue() == null) {
            return List.of();
        }
        final Words.Masked masked = words.masked(declaration.getValue(), -1);
        return List.of(String.format("0x%x/0x%x", masked.value(), masked.mask()));
    }

    @Override
    public List<String> caseRouteTable(final RouteTable declaration) {
        final int routes = declaration.getRoutes().size();
        final String number = declaration.getNumber() == null ? "254" : declaration.getNumber();
        return List.of("table " + number + ", " + routes + (routes == 1 ? " route" : " routes"));
    }

    @Override
    public List<String> caseAddressSet(final AddressSet declaration) {
        return List.of(String.join(", ", declaration.getTypes()));
    }

    @Override
    public List<String> caseRecentList(final RecentList declaration) {
        return declaration.getSize() == null ? List.of() : List.of("size " + declaration.getSize());
    }

    private static String text(final org.eclipse.emf.ecore.EObject object) {
        final INode node = NodeModelUtils.findActualNodeFor(object);
        return node == null ? "" : NodeModelUtils.getTokenText(node);
    }
}
