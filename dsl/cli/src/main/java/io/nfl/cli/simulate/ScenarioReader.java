// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.check.RequiredHooks;
import io.nfl.compiler.EngineReach;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.iptables.IpCommandReader;
import io.nfl.iptables.IpConfiguration;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Ruleset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a scenario of the oracle's format; each thing that is not supported is named. */
final class ScenarioReader {
    private static final Set<String> FIELDS = Set.of(
            "name",
            "note",
            "seed",
            "seeds",
            "backend",
            "interfaces",
            "lo_addresses",
            "ipv6",
            "sysctls",
            "ip",
            "commands",
            "iptables",
            "ip6tables",
            "listeners",
            "sink",
            "probe_ct",
            "light",
            "quick",
            "counters",
            "events");
    private static final Set<String> INTERFACE_FIELDS = Set.of("name", "addresses", "type", "mtu", "mac", "txqueuelen");

    private final JsonFields fields;
    private final Unsupported unsupported;
    private final Map<String, Ethernet> ethernets = new HashMap<>();

    private ScenarioReader(final JsonObject object, final Unsupported unsupported) {
        this.fields = new JsonFields(object, "scenario");
        this.unsupported = unsupported;
    }

    /** @return absent where something is not supported */
    static Optional<Scenario> read(final JsonObject object, final Unsupported unsupported) {
        return new ScenarioReader(object, unsupported).read();
    }

    private Optional<Scenario> read() {
        for (final String name : fields.object().keySet()) {
            if (!FIELDS.contains(name) && !name.startsWith("x_")) {
                unsupported.add("scenario field `" + name + "`");
            }
        }
        final String backend = fields.text("backend").orElse("legacy");
        if (!backend.equals("legacy")) {
            unsupported.add("backend " + backend);
        }
        fields.lines("commands").forEach(this::command);
        fields.text("seed").ifPresent(ScenarioReader::seed);
        fields.lines("seeds").forEach(ScenarioReader::seed);
        final Map<Family, Ruleset> rules = new EnumMap<>(Family.class);
        rules(Family.IPV4, "iptables", rules);
        rules(Family.IPV6, "ip6tables", rules);
        final HostDescription host = host();
        final boolean tellsCt = tellsCt(rules);
        final EventReader events = new EventReader(
                unsupported,
                speaksIpv6(host),
                host.devices().stream().map(Device::name).collect(Collectors.toSet()),
                ethernets.keySet());
        final List<Scenario.Event> list = new ArrayList<>();
        for (final JsonElement event : fields.list("events")) {
            events.read(JsonFields.of(event, "event")).ifPresent(list::add);
        }
        final List<Scenario.Listener> listeners =
                fields.list("listeners").stream().map(this::listener).toList();
        if (!unsupported.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Scenario(
                fields.text("name").orElse(""),
                host,
                ethernets,
                rules,
                listeners,
                fields.flag("sink"),
                tellsCt,
                counting(),
                list));
    }

    private static void seed(final String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new ScenarioException("seed: a number of up to 9 digits");
        }
    }

    private void command(final String command) {
        if (!command.strip().equals(":") && !command.strip().equals("true")) {
            unsupported.add("command `" + command + "`");
        }
    }

    /** Probes that ask for conntrack switch it on; that is the policy's business here. */
    private boolean tellsCt(final Map<Family, Ruleset> rules) {
        if (!fields.has("probe_ct") || fields.text("probe_ct").equals(Optional.of("auto"))) {
            return true;
        }
        final boolean asked = fields.flag("probe_ct");
        if (asked
                && rules.values().stream()
                        .noneMatch(ruleset -> RequiredHooks.of(ruleset).conntrack())) {
            unsupported.add("probe_ct without a rule that needs conntrack");
        }
        return asked;
    }

    private Scenario.Counting counting() {
        final String text = fields.text("counters").orElse("end");
        return switch (text) {
            case "end" -> Scenario.Counting.END;
            case "each" -> Scenario.Counting.EACH;
            case "none" -> Scenario.Counting.NONE;
            default -> throw new ScenarioException("counters `" + text + "`: end, each or none");
        };
    }

    private void rules(final Family family, final String field, final Map<Family, Ruleset> rules) {
        final Optional<String> text = fields.text(field).filter(rulesText -> !rulesText.isBlank());
        if (text.isEmpty()) {
            return;
        }
        final Result<Ruleset> read = RulesetReader.read(family, field, text.get());
        refuse(read.diagnostics());
        read.value().ifPresent(ruleset -> {
            rules.put(family, ruleset);
            refuse(EngineReach.refusals(ruleset, Code.ENGINE_UNSUPPORTED));
        });
    }

    private void refuse(final List<Diagnostic> diagnostics) {
        for (final Diagnostic diagnostic : diagnostics) {
            if (diagnostic.isError()) {
                unsupported.add(diagnostic.span() + ": " + diagnostic.message());
            }
        }
    }

    private HostDescription host() {
        final Result<IpConfiguration> read = IpCommandReader.read("ip", fields.lines("ip"));
        refuse(read.diagnostics());
        final IpConfiguration configuration =
                read.value().orElseGet(() -> new IpConfiguration(List.of(), List.of(), Map.of()));
        final List<Device> devices = new ArrayList<>();
        devices.add(device(
                Device.LOOPBACK,
                fields.lines("lo_addresses"),
                configuration.addresses().getOrDefault(Device.LOOPBACK, List.of()),
                Device.LOOPBACK_MTU));
        for (final JsonElement element : fields.list("interfaces")) {
            final JsonFields declared = JsonFields.of(element, "interface");
            declared.allow(INTERFACE_FIELDS, unsupported);
            final String type = declared.text("type").orElse("tun");
            final String name = declared.required("name");
            if (type.equals("tap") && declared.has("mac")) {
                ethernets.put(name, Ethernet.of(declared.required("mac")));
            } else if (!type.equals("tun")) {
                unsupported.add("interface type " + type + (type.equals("tap") ? " without a mac" : ""));
            }
            devices.add(device(
                    name,
                    declared.lines("addresses"),
                    configuration.addresses().getOrDefault(name, List.of()),
                    Math.toIntExact(declared.number("mtu").orElse((long) Device.DEFAULT_MTU))));
        }
        return new HostDescription(
                devices,
                configuration.routes(),
                configuration.rules(),
                ScenarioSysctls.read(fields.map("sysctls"), unsupported),
                KernelProfile.MEASURED);
    }

    private static Device device(
            final String name, final List<String> texts, final List<InterfaceAddress> added, final int mtu) {
        final List<InterfaceAddress> addresses = new ArrayList<>();
        texts.forEach(text -> addresses.add(address(text)));
        addresses.addAll(added);
        return new Device(name, addresses, mtu);
    }

    private static InterfaceAddress address(final String text) {
        final int slash = text.indexOf('/');
        try {
            final IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            final int length = slash < 0 ? address.family().bits() : Integer.parseInt(text.substring(slash + 1));
            return new InterfaceAddress(address, length);
        } catch (final IllegalArgumentException e) {
            throw new ScenarioException("`" + text + "` is no address with a prefix length");
        }
    }

    /** The oracle switches IPv6 off on a host without IPv6 addresses. */
    private boolean speaksIpv6(final HostDescription host) {
        if (fields.has("ipv6")) {
            return fields.flag("ipv6");
        }
        return host.devices().stream()
                .filter(device -> !device.isLoopback())
                .flatMap(device -> device.addresses().stream())
                .anyMatch(address -> address.address().family() == Family.IPV6);
    }

    private Scenario.Listener listener(final JsonElement element) {
        final JsonFields listener = JsonFields.of(element, "listener");
        listener.allow(Set.of("proto", "addr", "port"), unsupported);
        final String protocol = listener.required("proto");
        if (!protocol.equals("udp") && !protocol.equals("tcp")) {
            unsupported.add("listener of " + protocol);
        }
        return new Scenario.Listener(
                protocol.equals("tcp"),
                EventReader.ipAddress(listener.text("addr").orElse("0.0.0.0")),
                Math.toIntExact(listener.number("port").orElse(0L)));
    }

    static byte[] hex(final String text) {
        try {
            return HexFormat.of().parseHex(text);
        } catch (final IllegalArgumentException e) {
            throw new ScenarioException("`" + text + "` is not hexadecimal");
        }
    }
}
