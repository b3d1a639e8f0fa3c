// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.ir.Policy;
import io.nfl.ir.test.TestCase;
import io.nfl.kernel.KernelAccess;
import io.nfl.kernel.KernelTests;
import io.nfl.kernel.KernelVerdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code --kernel}: the tests of policies on this machine's kernel, with progress on a terminal. */
final class KernelRun implements AutoCloseable {
    /** Tests that sleep use no processor, but each namespace takes some of the kernel's locks. */
    private static final int PARALLEL = 8;

    private static final String ERASE = "\r\u001b[K";

    private final KernelTests tests;
    private final List<BackEnd> backEnds;
    private final PrintWriter err;
    private final boolean progress;

    private KernelRun(
            final KernelTests tests, final List<BackEnd> backEnds, final PrintWriter err, final boolean progress) {
        this.tests = tests;
        this.backEnds = List.copyOf(backEnds);
        this.err = err;
        this.progress = progress;
    }

    /** @param progress whether to tell how far it is, on one line of {@code err} */
    static KernelRun open(final List<BackEnd> backEnds, final PrintWriter err, final boolean progress)
            throws KernelAccess.Refused, IOException, InterruptedException {
        final List<BackEnd> asked = backEnds.isEmpty() ? List.of(BackEnd.values()) : backEnds;
        return new KernelRun(KernelTests.open(KernelAccess.find(asked), PARALLEL), asked, err, progress);
    }

    /** The kernel is to be asked about this policy: it may want users that this process may not use. */
    void require(final PolicyTests policy) throws KernelAccess.Refused {
        if (policy.policy().isPresent()) {
            tests.requireUsers(policy.policy().get());
        }
    }

    /** Runs what was run on the JVM. */
    PolicyTests run(final PolicyTests jvm) throws IOException, InterruptedException {
        final List<TestCase> cases = jvm.cases();
        final Optional<Policy> policy = jvm.policy();
        if (cases.isEmpty() || policy.isEmpty()) {
            return jvm;
        }
        final AtomicInteger done = new AtomicInteger();
        final int all = cases.size() * backEnds.size();
        tell(jvm.file(), 0, all);
        try {
            final List<KernelVerdict> verdicts =
                    tests.run(policy.get(), cases, backEnds, verdict -> tell(jvm.file(), done.incrementAndGet(), all));
            return jvm.with(verdicts);
        } finally {
            erase();
        }
    }

    private synchronized void tell(final String file, final int done, final int all) {
        if (progress) {
            err.print(ERASE + file + ": kernel, " + done + " of " + all + " tests");
            err.flush();
        }
    }

    private synchronized void erase() {
        if (progress) {
            err.print(ERASE);
            err.flush();
        }
    }

    @Override
    public void close() throws IOException {
        tests.close();
    }
}
