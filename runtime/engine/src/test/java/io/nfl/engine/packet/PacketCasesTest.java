// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.engine.CaseFile;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Which packets IP takes in, and how fragments are put together and cut. */
class PacketCasesTest {
    @TestFactory
    Stream<DynamicTest> takesGathersAndCutsAsTheKernelDoes() throws IOException {
        return CaseFile.tests("packet", PacketCase::replay);
    }
}
