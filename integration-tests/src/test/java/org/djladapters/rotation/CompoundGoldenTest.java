/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.CompoundPlan;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The cases of the reference implementation: outputs, merged weight, and the gradients of A, x and
 * s.
 *
 * <p>The folder is that of the system property {@code golden.dir}, by default the copy in the test
 * resources. The reference computed in float32 by determinants; the largest of its own deviations
 * from orthogonality is about 1e-6, and every compared sum has at most 768 terms of size one.
 */
class CompoundGoldenTest {

    /** Float32 rounding of sums of products in two different orders: 64 units in the last place. */
    private static final double TOLERANCE = 64 * Math.ulp(1f);

    @TestFactory
    Stream<DynamicTest> givesWhatTheReferenceGives() throws IOException, URISyntaxException {
        Path folder = folder();
        List<JsonObject> cases = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(folder.resolve("cases.json"))) {
            new Gson()
                    .fromJson(reader, JsonObject.class)
                    .getAsJsonArray("cases")
                    .forEach(c -> cases.add(c.getAsJsonObject()));
        }
        assertThat(cases).isNotEmpty();
        return cases.stream()
                .map(
                        c ->
                                DynamicTest.dynamicTest(
                                        c.get("id").getAsString(), () -> check(folder, c)));
    }

    private static Path folder() throws URISyntaxException {
        String given = System.getProperty("golden.dir");
        if (given == null) {
            return Path.of(CompoundGoldenTest.class.getResource("/golden/compound").toURI());
        }
        Path folder = Path.of(given);
        return Files.exists(folder.resolve("cases.json")) ? folder : folder.resolve("compound");
    }

    private static void check(Path folder, JsonObject options) throws IOException {
        CompoundForm form = form(options);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve(options.get("file").getAsString()));
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            Map<String, NDArray> expected = file.readAll(manager);
            NDArray parameters = parameters(form, expected.get("A"));
            NDArray scale = expected.get("scale");
            NDArray x = expected.get("x");
            NDArray weight = expected.get("W");
            for (NDArray trained : Arrays.asList(parameters, scale, x)) {
                if (trained != null) {
                    trained.setRequiresGradient(true);
                }
            }
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                WeightTransform transform =
                        CompoundKernel.transforms(
                                        plan,
                                        List.of(parameters),
                                        Collections.singletonList(scale),
                                        manager)
                                .get(0);
                NDArray y = output(options, x, weight, expected.get("bias"), transform);
                assertClose("y", y, expected.get("y"));
                collector.backward(y.mul(expected.get("grad_y")).sum());
                NDArray merged = TransformKernel.transform(weight, transform, false, manager);
                assertClose("W_merged", merged, expected.get("W_merged"));
                if (expected.containsKey("C")) {
                    int d = form.layout().features();
                    WeightTransform unscaled = transform.withScale(null);
                    assertClose(
                            "C",
                            CompoundKernel.rotate(manager.eye(d), unscaled),
                            expected.get("C"));
                }
            }
            assertClose("grad_x", x.getGradient(), expected.get("grad_x"));
            assertClose("grad_A", parameters.getGradient(), gradient(form, expected.get("grad_A")));
            if (scale != null) {
                assertClose("grad_scale", scale.getGradient(), expected.get("grad_scale"));
            }
        }
    }

    private static NDArray output(
            JsonObject options,
            NDArray x,
            NDArray weight,
            NDArray bias,
            WeightTransform transform) {
        String kind = options.get("kind").getAsString();
        if (kind.equals("conv") || kind.equals("patch")) {
            long kernel = weight.getShape().get(2);
            boolean patch = kind.equals("patch");
            NDArray product =
                    Conv2d.conv2d(
                                    x,
                                    weight,
                                    null,
                                    patch ? new Shape(kernel, kernel) : new Shape(1, 1),
                                    patch ? new Shape(0, 0) : new Shape(kernel / 2, kernel / 2))
                            .singletonOrThrow();
            NDArray rotated = CompoundKernel.rotate(product.transpose(0, 2, 3, 1), transform);
            return (bias == null ? rotated : rotated.add(bias)).transpose(0, 3, 1, 2);
        }
        NDArray rotated =
                CompoundKernel.rotate(Linear.linear(x, weight).singletonOrThrow(), transform);
        return bias == null ? rotated : rotated.add(bias);
    }

    private static CompoundForm form(JsonObject options) {
        List<Integer> orders = new ArrayList<>();
        options.getAsJsonArray("compound_pattern")
                .forEach(p -> orders.add(Integer.valueOf(p.getAsString().substring(5))));
        CompoundLayout layout =
                CompoundLayout.ofBlocks(
                        options.get("d").getAsInt(), options.get("r").getAsInt(), orders);
        assertThat(layout.size()).isEqualTo(options.get("n").getAsInt());
        assertThat(layout.blockSize()).isEqualTo(options.get("block_size").getAsInt());
        assertThat(layout.filled()).isEqualTo(options.get("filled").getAsInt());
        return new CompoundForm(
                layout,
                options.get("use_orthogonal").getAsBoolean()
                        ? OrthogonalMap.CAYLEY
                        : OrthogonalMap.MATRIX,
                5,
                EntryRule.of(options.get("compound_type").getAsString()),
                options.get("block_share").getAsBoolean(),
                options.get("num_adapters").getAsInt(),
                !options.get("adapter_multiplicative").getAsBoolean(),
                options.get("use_offset_blocks").getAsBoolean());
    }

    /** The packed triangle of S = (A - A') / 2, or A itself. */
    private static NDArray parameters(CompoundForm form, NDArray full) {
        if (!form.map().isSkew()) {
            return full;
        }
        return packed(form, full.sub(full.transpose(0, 1, 3, 2)).div(2));
    }

    private static NDArray gradient(CompoundForm form, NDArray full) {
        return form.map().isSkew() ? packed(form, full.sub(full.transpose(0, 1, 3, 2))) : full;
    }

    private static NDArray packed(CompoundForm form, NDArray skew) {
        int n = form.layout().size();
        long[] upper = new long[form.layout().triangle()];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                upper[at++] = (long) i * n + j;
            }
        }
        Shape shape = skew.getShape();
        NDArray index = skew.getManager().create(upper);
        NDArray flat = skew.reshape(shape.get(0) * shape.get(1), (long) n * n);
        return flat.get(":, {}", index).reshape(form.parameterShape());
    }

    private static void assertClose(String what, NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).as(what).isEqualTo(expected.getShape());
        double scale = Math.max(1, expected.abs().max().toType(DataType.FLOAT64, true).getDouble());
        double error = actual.sub(expected).abs().max().toType(DataType.FLOAT64, true).getDouble();
        assertThat(error / scale).as("relative error of %s", what).isLessThan(TOLERANCE);
    }
}
