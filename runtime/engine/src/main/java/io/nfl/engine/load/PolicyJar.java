// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.ClassifierConstants;
import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A policy read from a policy.jar. The file is read once and closed. */
public final class PolicyJar implements CompiledPolicy {
    private final PolicyFile file;
    private final Map<Family, ClassifierLoader> loaders = new EnumMap<>(Family.class);
    private final Map<Family, ClassifierConstants> constants = new EnumMap<>(Family.class);
    private final Map<Family, String> rulesTexts = new EnumMap<>(Family.class);

    /** How classes are loaded. */
    public enum Loading {
        /** Hidden: policies come and go while packets flow. */
        HIDDEN,
        /** By name: debuggers and profilers show the policy's lines. */
        NAMED
    }

    private PolicyJar(final PolicyFile file) {
        this.file = file;
    }

    /** @throws IOException where the file cannot be read or is no policy.jar of this version */
    public static PolicyJar read(final Path path, final Loading loading) throws IOException {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            final PolicyFile file =
                    RecordJson.read(new String(bytes(zip, PolicyFile.NAME), StandardCharsets.UTF_8), PolicyFile.class);
            if (file.format() != PolicyFile.FORMAT) {
                throw new IOException(path + ": format " + file.format() + ", this reads " + PolicyFile.FORMAT);
            }
            final PolicyJar policy = new PolicyJar(file);
            for (final PolicyFile.FamilyRules rules : file.families()) {
                policy.load(zip, rules, loading);
            }
            return policy;
        } catch (final IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private void load(final ZipFile zip, final PolicyFile.FamilyRules rules, final Loading loading) throws IOException {
        final byte[] classFile = bytes(zip, rules.classFile());
        final TablesFile tables;
        try (InputStream in = open(zip, rules.tablesFile())) {
            tables = TablesFile.read(in);
        }
        rulesTexts.put(
                rules.family(), new String(bytes(zip, PolicyFile.rules(rules.family())), StandardCharsets.UTF_8));
        loaders.put(
                rules.family(),
                switch (loading) {
                    case HIDDEN -> ClassifierLoader.hidden(classFile);
                    case NAMED -> ClassifierLoader.named(rules.className(), classFile);
                });
        constants.put(
                rules.family(),
                new ClassifierConstants(
                        rules.layout(),
                        rules.tables(),
                        rules.requirements(),
                        rules.states(),
                        rules.parameters(),
                        tables.ruleParameters(),
                        tables.indexes()));
    }

    private static InputStream open(final ZipFile zip, final String name) throws IOException {
        final ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException(zip.getName() + ": no " + name);
        }
        return zip.getInputStream(entry);
    }

    private static byte[] bytes(final ZipFile zip, final String name) throws IOException {
        try (InputStream in = open(zip, name)) {
            return in.readAllBytes();
        }
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public HostDescription host() {
        return file.host();
    }

    @Override
    public Map<String, String> interfaces() {
        return file.interfaces().stream()
                .collect(Collectors.toUnmodifiableMap(
                        PolicyFile.NamedDevice::name, PolicyFile.NamedDevice::device, (first, second) -> first));
    }

    @Override
    public String rules(final Family family) {
        final String text = rulesTexts.get(family);
        if (text == null) {
            throw new IllegalArgumentException(name() + " has no rules of " + family);
        }
        return text;
    }

    @Override
    public Set<Family> families() {
        return Set.copyOf(loaders.keySet());
    }

    @Override
    public Classifier newClassifier(final Family family) {
        final ClassifierLoader loader = loaders.get(family);
        final ClassifierConstants made = constants.get(family);
        if (loader == null || made == null) {
            throw new IllegalArgumentException(name() + " has no rules of " + family);
        }
        return loader.newClassifier(made);
    }
}
