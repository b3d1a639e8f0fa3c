// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Shell scripts in a fresh network namespace of this kernel. */
final class Namespaces {
    private static final int SECONDS = 120;

    private Namespaces() {}

    /** What a script said and how it ended. */
    record Ended(int status, String output) {}

    /** In a namespace of its own, with root's rights there. */
    static Ended inNamespace(Path folder, String... command) throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of("unshare"));
        if (!"root".equals(System.getProperty("user.name"))) {
            words.add("-Ur");
        }
        words.addAll(List.of("-n", "-m", "-p", "-f", "--kill-child", "--mount-proc"));
        words.addAll(List.of(command));
        return run(folder, words.toArray(String[]::new));
    }

    static Ended run(Path folder, String... command) throws IOException, InterruptedException {
        final Path output = java.nio.file.Files.createTempFile("nfl", ".out");
        final Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " does not end");
        }
        final String said = java.nio.file.Files.readString(output, StandardCharsets.UTF_8);
        java.nio.file.Files.delete(output);
        return new Ended(process.exitValue(), said);
    }
}
