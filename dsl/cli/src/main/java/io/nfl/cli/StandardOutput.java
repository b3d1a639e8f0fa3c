// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;

/** Standard output that remembers why it failed: a print stream swallows it, and what was written would be half. */
final class StandardOutput extends OutputStream {
    private static final String NOBODY_READS = "Broken pipe";

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final PrintStream stream = new PrintStream(new BufferedOutputStream(this), true, Charset.defaultCharset());
    private Optional<IOException> failure = Optional.empty();

    PrintStream stream() {
        return stream;
    }

    @Override
    public void write(final int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(final byte[] bytes, final int from, final int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (final IOException e) {
            failure = failure.or(() -> Optional.of(e));
            throw e;
        }
    }

    /** The status of a command that has ended with another. A reader who has heard enough is told nothing. */
    int status(final int ended) {
        stream.flush();
        failure.map(IOException::getMessage)
                .filter(reason -> !NOBODY_READS.equals(reason))
                .ifPresent(reason -> System.err.println("nfl: standard output cannot be written: " + reason));
        return failure.isPresent() && ended != ExitStatus.BUG ? ExitStatus.INPUT_OUTPUT : ended;
    }
}
