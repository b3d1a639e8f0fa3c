// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The sample policies, compiled. */
final class Samples {
    static final Path ROOT =
            Path.of(System.getProperty("nfl.root", "../..")).toAbsolutePath().normalize();

    private Samples() {}

    /** By their folders' names, sorted. */
    static List<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT.resolve("samples"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("policy.nfl")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    static Policy compile(String sample) throws IOException {
        return compileFile("samples/" + sample + "/policy.nfl");
    }

    /** @param file from the root of the sources */
    static Policy compileFile(String file) throws IOException {
        final Compilation compilation =
                NflCompiler.compile(new Source(file, Files.readString(ROOT.resolve(file))), SourceFinder.NONE);
        return compilation.policy().orElseThrow(() -> new AssertionError(compilation.diagnostics()));
    }

    static Map<String, String> scripts(String sample) throws IOException {
        return Scripts.of(compile(sample), false);
    }

    /** Writes scripts as {@code nfl compile} does. */
    static void write(Map<String, String> scripts, Path folder) throws IOException {
        for (final Map.Entry<String, String> script : scripts.entrySet()) {
            final Path file = folder.resolve(script.getKey());
            Files.writeString(file, script.getValue());
            if (!file.toFile().setExecutable(script.getKey().equals(Scripts.LOAD))) {
                throw new IOException("cannot set the mode of " + file);
            }
        }
    }
}
