// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.kernel.KernelAccess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code kernel_oracle.py --serve} as a co-process: a scenario in, what the kernel did out. Java threads cannot sanely
 * change their network namespace, and the tool moves itself into a fresh one. Not thread safe.
 */
final class KernelOracle implements AutoCloseable {

    static final Path FOLDER = Path.of(System.getProperty("nfl.root", "../.."))
            .resolve("samples/oracle/kernel")
            .toAbsolutePath();

    /** The oracle and the comparer, which the product ships. */
    static final Path TOOLS = Path.of(System.getProperty("nfl.root", "../.."))
            .resolve("dsl/kernel/src/main/resources/io/nfl/kernel")
            .toAbsolutePath();

    private final Process process;
    private final BufferedWriter toOracle;
    private final BufferedReader fromOracle;
    private final Path lockFile;

    private KernelOracle(Process process, Path lockFile) {
        this.process = process;
        this.lockFile = lockFile;
        this.toOracle = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
        this.fromOracle = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** What this machine lacks for asking its kernel; empty if nothing. */
    static Optional<String> lack() throws IOException, InterruptedException {
        try {
            KernelAccess.find(List.of(BackEnd.values()));
            return Optional.empty();
        } catch (KernelAccess.Refused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static KernelOracle start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        try {
            command.addAll(KernelAccess.find(List.of(BackEnd.values())).enter());
        } catch (KernelAccess.Refused e) {
            throw new IOException(e);
        }
        command.addAll(
                List.of("python3", "-B", TOOLS.resolve("kernel_oracle.py").toString(), "--serve"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // One lock for the whole machine is the default, and not writable for everybody.
        Path lockFile = Files.createTempFile("nfl-xtables", ".lock");
        builder.environment().put("XTABLES_LOCKFILE", lockFile.toString());
        return new KernelOracle(builder.start(), lockFile);
    }

    JsonObject ask(JsonObject scenario) throws IOException {
        toOracle.write(scenario.toString());
        toOracle.newLine();
        toOracle.flush();
        String answer = fromOracle.readLine();
        if (answer == null) {
            throw new IOException("the oracle ended while it was asked");
        }
        return JsonParser.parseString(answer).getAsJsonObject();
    }

    @Override
    public void close() throws IOException {
        toOracle.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(lockFile);
    }
}
