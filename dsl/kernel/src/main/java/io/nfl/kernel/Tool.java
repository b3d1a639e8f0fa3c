// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program that answers each line of JSON with a line of JSON. NOT thread safe. */
final class Tool implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final int ERROR_CHARACTERS = 4_000;

    private final String name;
    private final Process process;
    private final Path errors;
    private final BufferedWriter toTool;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Tool(final String name, final Process process, final Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.toTool = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    }

    /** @param folder for what it says on standard error */
    static Tool start(
            final String name, final List<String> command, final Map<String, String> environment, final Path folder)
            throws IOException {
        final Path errors = Files.createTempFile(folder, name, ".err");
        final ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        final Tool tool = new Tool(name, builder.start(), errors);
        final Thread reader = new Thread(() -> tool.read(tool.process.getInputStream()), "nfl-" + name);
        reader.setDaemon(true);
        reader.start();
        return tool;
    }

    /** @param seconds that the answer itself takes */
    JsonObject ask(final JsonObject question, final long seconds) throws IOException, InterruptedException {
        try {
            toTool.write(question.toString());
            toTool.newLine();
            toTool.flush();
        } catch (final IOException e) {
            throw new IOException(name + " ended: " + said(), e);
        }
        final String line = answers.poll(PATIENCE_SECONDS + seconds, TimeUnit.SECONDS);
        if (line == null) {
            process.destroyForcibly();
            throw new IOException(name + " has not answered in " + (PATIENCE_SECONDS + seconds) + " s");
        }
        if (line.isEmpty()) {
            throw new IOException(name + " ended while it was asked: " + said());
        }
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (final JsonParseException e) {
            throw new IOException(name + " cannot be understood: " + e.getMessage() + " " + said(), e);
        }
    }

    /** Hands out line by line; an empty one says that the program has ended. */
    private void read(final InputStream output) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(output, UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                answers.add(line);
                line = reader.readLine();
            }
        } catch (final IOException e) {
            // it is closed: the same as its end
        } finally {
            answers.add("");
        }
    }

    private String said() throws IOException {
        final String text = Files.readString(errors).strip();
        return text.substring(Math.max(0, text.length() - ERROR_CHARACTERS));
    }

    @Override
    public void close() {
        try {
            toTool.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final IOException e) {
            process.destroyForcibly();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
