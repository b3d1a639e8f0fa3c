// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

/**
 * Initialization support for running Xtext languages without Equinox extension registry.
 */
public class NflStandaloneSetup extends NflStandaloneSetupGenerated {

    public static void doSetup() {
        new NflStandaloneSetup().createInjectorAndDoEMFRegistration();
    }
}
