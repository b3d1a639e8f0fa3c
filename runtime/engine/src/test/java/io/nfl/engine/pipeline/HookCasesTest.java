// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.engine.CaseFile;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What each chain is shown of a packet, and in which order. */
class HookCasesTest {
    @TestFactory
    Stream<DynamicTest> showsChainsWhatTheKernelShowsThem() throws IOException {
        return CaseFile.tests("pipeline", HookCase::replay);
    }
}
