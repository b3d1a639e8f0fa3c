// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.ClassifierConstants;
import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.bytecode.ClassifierCompiler.GeneratedClass;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.engine.load.PolicyFile;
import io.nfl.engine.load.RecordJson;
import io.nfl.engine.load.TablesFile;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a policy.jar: manifest, {@code policy.json}, and for each family its class and its tables. Equal policies give
 * equal bytes: entries have a fixed order and a fixed time. {@link CompiledPolicy} is what it is read back as.
 */
public final class PolicyJarWriter {
    /** The earliest time that a zip file can hold. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final String MANIFEST =
            "Manifest-Version: 1.0\r\nNfl-Policy-Format: " + PolicyFile.FORMAT + "\r\n\r\n";

    private PolicyJarWriter() {}

    /**
     * The bytes of a policy.jar.
     *
     * @param text a family's rules as iptables-save prints them
     * @throws ClassLimitException where the rules of a family do not fit into one class
     */
    public static byte[] write(final Policy policy, final KernelProfile kernel, final Function<Ruleset, String> text) {
        final Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", MANIFEST.getBytes(StandardCharsets.UTF_8));
        entries.put(PolicyFile.NAME, new byte[0]);
        final List<PolicyFile.FamilyRules> families = new ArrayList<>();
        for (final Ruleset ruleset : policy.rulesets()) {
            final GeneratedClass generated = ClassifierCompiler.compile(ruleset, className(ruleset.family()));
            final ClassifierConstants constants = generated.constants();
            final PolicyFile.FamilyRules rules = new PolicyFile.FamilyRules(
                    ruleset.family(),
                    generated.internalName().replace('/', '.'),
                    constants.layout(),
                    constants.tables(),
                    constants.requirements(),
                    constants.states(),
                    constants.parameters());
            families.add(rules);
            entries.put(rules.classFile(), generated.classFile());
            entries.put(PolicyFile.rules(ruleset.family()), text.apply(ruleset).getBytes(StandardCharsets.UTF_8));
            entries.put(rules.tablesFile(), new TablesFile(constants.ruleParameters(), constants.indexes()).bytes());
        }
        final List<PolicyFile.NamedDevice> interfaces = policy.interfaces().stream()
                .filter(each -> !each.pattern().wildcard())
                .map(each ->
                        new PolicyFile.NamedDevice(each.name(), each.device().name()))
                .toList();
        final PolicyFile file =
                new PolicyFile(PolicyFile.FORMAT, policy.name(), policy.host(kernel), interfaces, families);
        entries.put(PolicyFile.NAME, RecordJson.write(file).getBytes(StandardCharsets.UTF_8));
        return zip(entries);
    }

    private static String className(final Family family) {
        return ClassifierLoader.PACKAGE
                + switch (family) {
                    case IPV4 -> "Ipv4Rules";
                    case IPV6 -> "Ipv6Rules";
                };
    }

    private static byte[] zip(final Map<String, byte[]> entries) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (final Map.Entry<String, byte[]> each : entries.entrySet()) {
                final ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTimeLocal(TIME);
                zip.putNextEntry(entry);
                zip.write(each.getValue());
                zip.closeEntry();
            }
        } catch (final IOException e) {
            throw new IllegalStateException("an array of bytes takes all bytes", e);
        }
        return bytes.toByteArray();
    }
}
