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
            "Writes the scripts that take a policy to a kernel, and policy.jar for the JVM.",
            "",
            "rules.v4 and rules.v6 are for iptables-restore, routes.v4.ip and routes.v6.ip for ip -batch; sysctl.conf;"
                    + " load.sh loads all of it. policy.jar is the same policy for the JVM (nfl run, samples/embed)."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl compile samples/home-gateway -o out && sudo out/load.sh",
            "  nfl compile edge.nfl -o out --annotate",
            "  out/load.sh --check        where this host differs from it"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the files are written",
            "1:the policy has errors",
            "2:the command line is wrong",
            "66:the policy cannot be found",
            "74:input or output failed; what was in DIR is as it was"
        })
final class CompileCommand implements Callable<Integer> {
    private static final String POLICY_JAR = "policy.jar";

    /**
     * Files that a policy may have needed before, and no longer does. The jar is always taken away before scripts are
     * replaced: beside new scripts there is never an old one.
     */
    private static final List<String> OWN_FILES = List.of(
            POLICY_JAR,
            Scripts.RULES_V4,
            Scripts.RULES_V6,
            Scripts.ROUTES_V4,
            Scripts.ROUTES_V6,
            Scripts.SYSCTL,
            Scripts.LOAD);

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
            try (StagedFiles staged = new StagedFiles(output)) {
                for (final Map.Entry<String, byte[]> file : files.entrySet()) {
                    staged.write(file.getKey(), file.getValue(), file.getKey().equals(Scripts.LOAD));
                }
                staged.finish(OWN_FILES.stream()
                        .filter(name -> name.equals(POLICY_JAR) || !files.containsKey(name))
                        .toList());
            }
        } catch (final FileAlreadyExistsException e) {
            return run.fail(ExitStatus.INPUT_OUTPUT, output + " is there already and is no folder");
        } catch (final IOException e) {
            return run.fail(ExitStatus.INPUT_OUTPUT, "cannot write to " + output + ": " + FileFailure.reason(e));
        }
        files.keySet().forEach(name -> run.out().println(output.resolve(name)));
        run.out().flush();
        return ExitStatus.FINE;
    }
}
