/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Bias;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written here has the form that PEFT gave its own checkpoints. */
class PeftLayoutTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    /**
     * Fields about where a checkpoint comes from, and the modules to save, of which PEFT also names
     * some that the model has not.
     */
    private static final List<String> ORIGIN =
            List.of("auto_mapping", "task_type", "modules_to_save");

    /**
     * What PEFT did not write before 0.18, how it started what its parameters now are, and the name
     * of the model, which those checkpoints do not tell.
     */
    private static final List<String> NEWER =
            List.of(
                    "alora_invocation_tokens",
                    "arrow_config",
                    "base_model_name_or_path",
                    "ensure_weight_tying",
                    "init_weights",
                    "kasa_config",
                    "lora_ga_config",
                    "monteclora_config",
                    "peft_version",
                    "use_bdlora",
                    "velora_config");

    /** How PEFT's AdaLoRA trained, and fields of LoRA that it does not read. */
    private static final List<String> ADALORA =
            List.of(
                    "alpha_pattern",
                    "beta1",
                    "beta2",
                    "deltaT",
                    "lora_bias",
                    "orth_reg_weight",
                    "r",
                    "rank_pattern",
                    "target_r",
                    "tfinal",
                    "tinit",
                    "total_step",
                    "use_dora",
                    "use_rslora");

    @TempDir Path folder;

    private record Form(Shape shape, DataType type) {}

    @ParameterizedTest
    @MethodSource("org.djladapters.checkpoint.PeftCheckpointTest#checkpoints")
    void aCheckpointIsWrittenAsItWas(String name) throws Exception {
        Path original = TinyAdapters.resource("checkpoints/" + name);
        Path written = folder.resolve("adapter");
        Bias bias;
        AdaptedModel model = MODELS.open(name.substring(name.indexOf("tiny-")));
        Adapter adapter = AdapterDirectory.load(model, "a", original);
        bias = adapter.config().bias();
        AdapterDirectory.save(model, "a", written, AdapterDirectory.Layout.REFERENCE);

        Map<String, Form> tensors = tensors(written);
        Map<String, Form> expected = tensors(original);
        if (bias != Bias.NONE && expected.keySet().stream().noneMatch(n -> n.endsWith(".bias"))) {
            // PEFT trains biases with methods other than LoRA but does not save them
            tensors.keySet().removeIf(key -> key.endsWith(".bias"));
        }
        // what tells the singular vectors that the adapter was trained with
        tensors.keySet().removeIf(key -> key.matches(".*\\.psoft_(signs|check)"));
        if (name.matches("(adalora|vblora-topk)-tiny.*")) {
            // ranks that were taken away are zeros, indices have 64 bits
            assertThat(tensors.keySet()).isEqualTo(expected.keySet());
        } else {
            assertThat(tensors).isEqualTo(expected);
        }
        Map<String, JsonElement> fields = fields(written);
        Map<String, JsonElement> originalFields = fields(original);
        if (name.contains("-peft020-")
                || name.matches(
                        "(adalora|beft|c3a|deft|delora|fourierft|gralora|hira|hra|ln|loha|lokr|miss|peanut|psoft|pvera|randlora"
                            + "|road2|shira|supertuning|tinylora|tokens|unilora|vblora|waveft)-.*")) {
            fields.keySet().removeAll(NEWER);
            originalFields.keySet().removeAll(NEWER);
        }
        if (name.startsWith("adalora-")) {
            fields.keySet().removeAll(ADALORA);
            originalFields.keySet().removeAll(ADALORA);
        }
        if (name.startsWith("boft-cpu-")) {
            // on a CPU, PEFT trains one factor and still writes how many it was asked for
            originalFields.put("boft_n_butterfly_factor", new JsonPrimitive(1));
        }
        if (name.startsWith("unilora-")) {
            // every layer is named here, see UniLoraFormat
            fields.remove("target_modules");
            originalFields.remove("target_modules");
        }
        assertThat(fields).isEqualTo(originalFields);
    }

    private static Map<String, Form> tensors(Path directory) throws IOException {
        Map<String, Form> tensors = new TreeMap<>();
        Path path = directory.resolve("adapter_model.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            // which base model it belongs to is told beside what PEFT writes
            assertThat(file.metadata()).containsEntry("format", "pt");
            assertThat(file.metadata().keySet()).isSubsetOf("format", BaseWeights.KEY);
            file.tensors().forEach((n, t) -> tensors.put(n, new Form(t.shape(), t.dataType())));
        }
        return tensors;
    }

    private static Map<String, JsonElement> fields(Path directory) throws IOException {
        JsonObject json =
                JsonFiles.read(directory.resolve("adapter_config.json")).getAsJsonObject();
        // trainable tokens have no modules to save in PEFT
        boolean saves = !json.get("peft_type").getAsString().equals("TRAINABLE_TOKENS");
        assertThat(json.keySet()).containsAll(saves ? ORIGIN : ORIGIN.subList(0, 2));
        Map<String, JsonElement> fields = new TreeMap<>(json.asMap());
        fields.keySet().removeAll(ORIGIN);
        return fields;
    }
}
