// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.api.net.Family;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.test.Step;
import io.nfl.ir.test.TestCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A policy as the driver wants it: the declared host, and the scripts that {@code nfl compile} writes, as files. The
 * driver loads them with their own load.sh.
 */
final class KernelScenario {
    /** A namespace begins as the kernel makes it, but for the limits on ICMP errors, which the driver lifts. */
    private static final List<String> KERNEL_DEFAULTS_ON =
            List.of("net.ipv4.conf.all.send_redirects", "net.ipv4.conf.default.send_redirects");

    /** lo has them by itself. */
    private static final List<String> OWN_OF_LOOPBACK = List.of("127.0.0.1/8", "::1/128");

    private final Policy policy;
    private final Map<String, String> files;
    private final Path folder;

    private KernelScenario(final Policy policy, final Map<String, String> files, final Path folder) {
        this.policy = policy;
        this.files = files;
        this.folder = folder;
    }

    /** Writes the policy's scripts into a new folder inside this one. */
    static KernelScenario of(final Policy policy, final Path inside) throws IOException {
        return of(policy, Scripts.of(policy, false), inside);
    }

    /** Scripts other than the policy's own: what a fault in them would look like. */
    static KernelScenario of(final Policy policy, final Map<String, String> files, final Path inside)
            throws IOException {
        final Path folder = Files.createTempDirectory(inside, "scripts");
        for (final Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        return new KernelScenario(policy, Map.copyOf(files), folder);
    }

    Policy policy() {
        return policy;
    }

    /** The scenario without events. */
    JsonObject begin(final TestCase test, final BackEnd backEnd) {
        final JsonObject scenario = new JsonObject();
        scenario.addProperty("name", test.name());
        scenario.addProperty("backend", KernelAccess.name(backEnd));
        final JsonArray devices = new JsonArray();
        for (final Device device : policy.host(KernelProfile.MEASURED).devices()) {
            final JsonArray addresses = new JsonArray();
            device.addresses().stream()
                    .map(InterfaceAddress::toString)
                    .filter(address -> !(device.isLoopback() && OWN_OF_LOOPBACK.contains(address)))
                    .forEach(addresses::add);
            if (device.isLoopback()) {
                scenario.add("lo_addresses", addresses);
            } else {
                final JsonObject json = new JsonObject();
                json.addProperty("name", device.name());
                json.add("addresses", addresses);
                json.addProperty("mtu", device.mtu());
                devices.add(json);
            }
        }
        scenario.add("interfaces", devices);
        scenario.addProperty("ipv6", policy.ruleset(Family.IPV6).isPresent() || speaksIpv6());
        final JsonObject sysctls = new JsonObject();
        KERNEL_DEFAULTS_ON.forEach(name -> sysctls.addProperty(name, 1));
        scenario.add("sysctls", sysctls);
        scenario.addProperty("load", folder.toString());
        scenario.addProperty("sink", "all");
        text(scenario, "iptables", Scripts.RULES_V4);
        text(scenario, "ip6tables", Scripts.RULES_V6);
        return scenario;
    }

    private void text(final JsonObject scenario, final String field, final String file) {
        final String text = files.get(file);
        if (text != null) {
            scenario.addProperty(field, text);
        }
    }

    private boolean speaksIpv6() {
        return policy.host(KernelProfile.MEASURED).devices().stream()
                .flatMap(device -> device.addresses().stream())
                .anyMatch(address -> address.address().family() == Family.IPV6);
    }

    /** Whether a rule measures real time, which ageing of connections does not move. */
    boolean measuresTime() {
        return matches(policy)
                .filter(Match.Stateful.class::isInstance)
                .map(match -> ((Match.Stateful) match).spec())
                .anyMatch(spec -> spec instanceof StateSpec.Limit
                        || spec instanceof StateSpec.HashLimit
                        || spec instanceof StateSpec.Recent);
    }

    /** Whether a rule or a test names users. */
    static boolean namesUsers(final Policy policy) {
        return matches(policy).anyMatch(Match.Owner.class::isInstance)
                || policy.tests().stream().anyMatch(test -> sendsAsUser(test.steps()));
    }

    private static boolean sendsAsUser(final List<Step> steps) {
        return steps.stream()
                .anyMatch(step -> step instanceof Step.Send send
                                && send.uid().isPresent()
                                && send.uid().getAsInt() != 0
                        || step instanceof Step.Repeat repeat && sendsAsUser(repeat.steps()));
    }

    private static Stream<Match> matches(final Policy policy) {
        return policy.rulesets().stream()
                .flatMap(ruleset -> ruleset.tables().stream())
                .flatMap(table -> table.chains().stream())
                .flatMap(chain -> chain.rules().stream())
                .flatMap(rule -> rule.matches().stream());
    }
}
