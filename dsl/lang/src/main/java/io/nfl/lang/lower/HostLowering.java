// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.Route;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.diag.Code;
import io.nfl.ir.Declared;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Interface;
import io.nfl.ir.Sysctl;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Forwarding;
import io.nfl.lang.nfl.InterfaceAddresses;
import io.nfl.lang.nfl.InterfaceMtu;
import io.nfl.lang.nfl.InterfaceOption;
import io.nfl.lang.nfl.InterfaceProperty;
import io.nfl.lang.nfl.OnOff;
import io.nfl.lang.nfl.Option;
import io.nfl.lang.nfl.PolicyFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What a policy says of the host: interfaces, routes, rules, settings. */
final class HostLowering {
    private static final int MIN_MTU = 68;

    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final Reading reading;
    private final Set<Family> families;
    private final List<Interface> interfaces = new ArrayList<>();
    private final Sysctls sysctls;

    /** The host as declared. */
    record Host(
            List<Interface> interfaces,
            List<Declared<Route>> routes,
            List<Declared<RoutingRule>> rules,
            List<Declared<Sysctl>> sysctls,
            RouteLowering tables) {}

    HostLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final Reading reading,
            final Set<Family> families) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.reading = reading;
        this.families = families;
        this.sysctls = new Sysctls(findings);
    }

    Host lower() {
        for (final Element element : reading.builtin().getElements()) {
            if (element instanceof io.nfl.lang.nfl.Interface loopback) {
                interfaceOf(loopback);
            }
        }
        final List<PolicyFile> files = reading.files();
        files.forEach(file -> file.getElements().stream()
                .filter(io.nfl.lang.nfl.Interface.class::isInstance)
                .map(io.nfl.lang.nfl.Interface.class::cast)
                .forEach(this::interfaceOf));
        files.forEach(this::settings);
        files.forEach(file -> file.getElements().stream()
                .filter(io.nfl.lang.nfl.Interface.class::isInstance)
                .map(io.nfl.lang.nfl.Interface.class::cast)
                .forEach(this::interfaceSettings));
        reading.expansions()
                .forEach(each -> each.localnetDevices()
                        .forEach(device -> sysctls.device(
                                each.span(), "net.ipv4.conf." + device.replace('.', '/') + ".route_localnet", "1")));
        final RouteLowering routes = new RouteLowering(findings, numbers, addresses, words, interfaces);
        files.forEach(routes::read);
        routes.finish();
        return new Host(List.copyOf(interfaces), routes.routes(), routes.rules(), sysctls.all(), routes);
    }

    private void interfaceOf(final io.nfl.lang.nfl.Interface declaration) {
        once(declaration);
        final Optional<DevicePattern> pattern = words.device(declaration, declaration.getDevice());
        if (pattern.isEmpty()) {
            return;
        }
        final List<InterfaceAddress> mine = addresses.addresses(declaration);
        if (pattern.get().wildcard() && !mine.isEmpty()) {
            findings.report(
                    Code.VALUE_WORD, declaration, "`" + pattern.get() + "` stands for many devices and has no address");
        }
        final Device device = new Device(
                pattern.get().name(), mine, mtu(declaration, pattern.get().name()));
        interfaces.add(new Interface(
                findings.spans().name(declaration),
                declaration.getName(),
                pattern.get(),
                device,
                Addresses.isDynamic(declaration)));
    }

    /** Settings that differ are told where they are written; of an mtu, or an unknown address, there is one. */
    private void once(final io.nfl.lang.nfl.Interface declaration) {
        final List<InterfaceProperty> all = declaration.getProperties();
        final boolean dynamic = Addresses.isDynamic(declaration);
        for (int i = 1; i < all.size(); i++) {
            final InterfaceProperty property = all.get(i);
            final boolean before = all.subList(0, i).stream().anyMatch(each -> each.eClass() == property.eClass());
            if (before && (property instanceof InterfaceMtu || dynamic && property instanceof InterfaceAddresses)) {
                findings.report(
                        Code.NAMES_DUPLICATE, property, "an interface has one `" + Names.firstWord(property) + "`");
            }
        }
    }

    private int mtu(final io.nfl.lang.nfl.Interface declaration, final String device) {
        for (final InterfaceProperty property : declaration.getProperties()) {
            if (property instanceof InterfaceMtu mtu) {
                return numbers.integer(mtu, mtu.getMtu(), "an mtu", MIN_MTU, 65_536);
            }
        }
        return device.equals(Device.LOOPBACK) ? Device.LOOPBACK_MTU : Device.DEFAULT_MTU;
    }

    private void settings(final PolicyFile file) {
        for (final Element element : file.getElements()) {
            if (element instanceof Forwarding forwarding) {
                final String value = forwarding.getValue() == OnOff.ON ? "1" : "0";
                for (final Family family : families) {
                    sysctls.option(findings.span(forwarding), HostOptions.forwarding(family), value);
                }
            } else if (element instanceof Option option) {
                option(option);
            }
        }
    }

    private void option(final Option option) {
        if (option.getTimeout() != null) {
            final long seconds = numbers.duration(option, option.getTimeout()).toSeconds();
            HostOptions.timeout(String.join("_", option.getKey()))
                    .ifPresentOrElse(
                            name -> sysctls.option(findings.span(option), name, Long.toString(seconds)),
                            () -> findings.report(
                                    Code.VALUE_WORD,
                                    option,
                                    "no conntrack timeout is called `" + String.join(" ", option.getKey()) + "`",
                                    "they are " + String.join(", ", HostOptions.timeouts())));
            return;
        }
        final String name = unquoted(option.getName());
        final String value = unquoted(option.getValue());
        if (option.getName().startsWith("\"") || name.indexOf('.') >= 0) {
            sysctl(option, name, value);
            return;
        }
        final List<HostOptions.Setting> all = HostOptions.settings(name);
        if (all.isEmpty()) {
            findings.report(
                    Code.VALUE_WORD,
                    option,
                    "no option is called `" + name + "`",
                    "they are " + String.join(", ", HostOptions.names()) + "; a sysctl is written in quotes");
        }
        for (final HostOptions.Setting setting : all) {
            final OptionalInt number = setting.value(value);
            if (number.isEmpty()) {
                findings.report(
                        Code.VALUE_WORD, option, "`" + value + "` is no value of `" + name + "`", setting.values());
                return;
            }
            setEverywhere(option, setting, number.getAsInt());
        }
    }

    /** A setting of each device: {@code all} stays 0, so that a single interface may differ. */
    private void setEverywhere(final Option option, final HostOptions.Setting setting, final int number) {
        if (!setting.perDevice()) {
            sysctls.option(findings.span(option), setting.sysctl(), Integer.toString(number));
            return;
        }
        sysctls.option(findings.span(option), String.format(setting.sysctl(), "all"), "0");
        sysctls.option(findings.span(option), String.format(setting.sysctl(), "default"), Integer.toString(number));
        for (final Interface each : interfaces) {
            if (!each.pattern().wildcard() && !each.device().isLoopback()) {
                sysctls.option(
                        findings.span(option),
                        String.format(setting.sysctl(), each.device().name().replace('.', '/')),
                        Integer.toString(number));
            }
        }
    }

    private void interfaceSettings(final io.nfl.lang.nfl.Interface declaration) {
        for (final InterfaceProperty property : declaration.getProperties()) {
            if (property instanceof InterfaceOption option) {
                final String device = unquoted(declaration.getDevice()).replace('.', '/');
                if (device.endsWith("+") || device.endsWith("*")) {
                    findings.report(
                            Code.VALUE_WORD,
                            option,
                            "`" + declaration.getName() + "` stands for many devices: each is set by itself");
                    continue;
                }
                for (final HostOptions.Setting setting : HostOptions.settings(option.getName())) {
                    final OptionalInt number = setting.value(option.getValue());
                    if (number.isEmpty()) {
                        findings.report(
                                Code.VALUE_WORD,
                                option,
                                "`" + option.getValue() + "` is no value of `" + option.getName() + "`",
                                setting.values());
                    } else {
                        if (setting.sumsUp()) {
                            sysctls.otherwise(findings.span(option), String.format(setting.sysctl(), "all"), "0");
                        }
                        sysctls.device(
                                findings.span(option),
                                String.format(setting.sysctl(), device),
                                Integer.toString(number.getAsInt()));
                    }
                }
            }
        }
    }

    private void sysctl(final Option option, final String name, final String value) {
        if (!name.matches("[a-z0-9_]+([./][A-Za-z0-9_@:/-]+)+") || !value.matches("[\\x20-\\x7e]+")) {
            findings.report(Code.VALUE_WORD, option, "`" + name + "` with `" + value + "` is no sysctl");
            return;
        }
        sysctls.option(findings.span(option), name, value.equals("on") ? "1" : value.equals("off") ? "0" : value);
    }

    private static String unquoted(final String text) {
        return text.startsWith("\"") && text.length() > 1 ? text.substring(1, text.length() - 1) : text;
    }
}
