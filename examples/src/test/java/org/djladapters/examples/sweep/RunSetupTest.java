/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import org.djladapters.task.Provenance;
import org.junit.jupiter.api.Test;

class RunSetupTest {

    /** Results of earlier versions hold this name. */
    @Test
    void theShareThatIsHeldOutKeepsItsNameInFiles() {
        RunSetup setup =
                new RunSetup(
                        new Provenance.Base("base", "ab"),
                        Map.of("train", new Provenance.Source("train.tsv", "cd", 10)),
                        0.25,
                        List.of("--method", "lora"),
                        List.of(1e-3));
        String json = new Gson().toJson(setup);
        assertThat(json).contains("\"heldBack\":0.25");
        assertThat(new Gson().fromJson(json, RunSetup.class)).isEqualTo(setup);
    }
}
