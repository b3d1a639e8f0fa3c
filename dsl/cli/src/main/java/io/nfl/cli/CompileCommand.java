// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.EngineReach;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nfl compile}: writes the scripts that take a policy to a kernel. */
@Command(
        name = "compile",
        description = {
            "Writes the scripts that take a policy to a kernel: rules.v4 and rules.v6 for iptables-restore,",
            "routes.v4.ip and routes.v6.ip for ip -batch, sysctl.conf, and load.sh, which loads all of it;",
            "and policy.jar, the same policy for the JVM (nfl run, samples/embed)."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl compile samples/home-gateway -o out && sudo out/load.sh",
            "  nfl compile edge.nfl -o out --annotate",
            "  out/load.sh --check        where this host differs from what the policy declares"
        })
final class CompileCommand implements Callable<Integer> {
    /** Files that a policy may have needed before, and no longer does. */
    private static final List<String> OWN_FILES = List.of(
            Scripts.RULES_V4, Scripts.RULES_V6, Scripts.ROUTES_V4, Scripts.ROUTES_V6, Scripts.SYSCTL, Scripts.LOAD);

    /** Taken away first: beside new scripts there is never an old one, however this ends. */
    private static final String POLICY_JAR = "policy.jar";

    @Mixin
    private final CompileRun run = new CompileRun();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "where the files go; made if it is not there")
    private Path output = Path.of("");

    @Option(names = "--annotate", description = "put each rule's file and line into its comment on the kernel too")
    private boolean annotate;

    @Override
    public Integer call() {
        final AtomicReference<byte[]> jar = new AtomicReference<>(new byte[0]);
        return run.compile(
                policy -> {
                    final EngineReach.PolicyJarBytes made =
                            EngineReach.jar(policy, run.beginning(), KernelProfile.MEASURED);
                    jar.set(made.bytes());
                    return made.warnings();
                },
                compilation -> write(compilation.policy().orElseThrow(), Objects.requireNonNull(jar.get())));
    }

    private int write(final Policy policy, final byte[] jar) {
        final Map<String, byte[]> files = new TreeMap<>();
        Scripts.of(policy, annotate).forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        if (jar.length > 0) {
            files.put(POLICY_JAR, jar);
        }
        try {
            Files.createDirectories(output);
            Files.deleteIfExists(output.resolve(POLICY_JAR));
            for (final Map.Entry<String, byte[]> file : files.entrySet()) {
                write(output.resolve(file.getKey()), file.getValue());
            }
            for (final String own : OWN_FILES) {
                if (!files.containsKey(own)) {
                    Files.deleteIfExists(output.resolve(own));
                }
            }
        } catch (final FileAlreadyExistsException e) {
            return run.fail(ExitStatus.INPUT_OUTPUT, output + " is there already and is no folder");
        } catch (final IOException e) {
            return run.fail(ExitStatus.INPUT_OUTPUT, "cannot write to " + output + ": " + e.getMessage());
        }
        files.keySet().forEach(name -> run.out().println(output.resolve(name)));
        run.out().flush();
        return ExitStatus.FINE;
    }

    /** Beside the old file first, so that a full disk loses nothing. */
    private static void write(final Path file, final byte[] bytes) throws IOException {
        final Path beside = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(beside, bytes);
        if (file.endsWith(Scripts.LOAD) && Files.getFileStore(beside).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
