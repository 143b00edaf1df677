"""PyTorch by hand, Lightning and Keras by autologging, on scikit-learn's digits: histories, checkpoints and models."""

import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import lightning
import mlflow
import numpy
import torch
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

torch.manual_seed(0)
torch.set_num_threads(1)
client = MlflowClient()
experiment = mlflow.set_experiment("deep learning")
pixels, digits = load_digits(return_X_y=True)
train, test, train_digits, test_digits = train_test_split((pixels / 16).astype("float32"), digits, random_state=0)


def history(run_id, key):
    return {point.step: point.value for point in client.get_metric_history(run_id, key)}


# PyTorch as in its own tutorials: an explicit loop, metrics by step, one model per epoch linked to its metrics.
with mlflow.start_run(run_name="torch") as run:
    network = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    mlflow.log_params({"lr": 0.01, "hidden": 32})
    signature = infer_signature(test, network(torch.from_numpy(test)).detach().numpy())
    losses, accuracies = [], []
    for epoch in range(2):
        for batch in torch.randperm(len(train)).split(128):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(torch.from_numpy(train)[batch]), torch.tensor(train_digits)[batch])
            loss.backward()
            optimizer.step()
            mlflow.log_metric("loss", loss.item(), step=len(losses))
            losses.append(loss.item())
        info = mlflow.pytorch.log_model(
            network,
            name=f"epoch-{epoch}",
            step=epoch,
            signature=signature,
            pip_requirements=["torch"],
            serialization_format="pickle",
        )
        accuracies.append((network(torch.from_numpy(test)).argmax(1).numpy() == test_digits).mean().item())
        mlflow.log_metric("accuracy", accuracies[-1], step=epoch, model_id=info.model_id)
    mlflow.pytorch.log_state_dict(network.state_dict(), "weights")
    expected = network(torch.from_numpy(test)).detach().numpy()
run_id = run.info.run_id
assert history(run_id, "loss") == dict(enumerate(losses))
assert history(run_id, "accuracy") == dict(enumerate(accuracies))
models = mlflow.search_logged_models(
    [experiment.experiment_id],
    f"source_run_id = '{run_id}'",
    order_by=[{"field_name": "metrics.accuracy", "ascending": False}],
    output_format="list",
)
assert len(models) == 2 and {m.key: m.value for m in models[0].metrics}["accuracy"] == max(accuracies), models
reloaded = mlflow.pytorch.load_model(f"models:/{info.model_id}")
assert numpy.array_equal(reloaded(torch.from_numpy(test)).detach().numpy(), expected)
assert numpy.allclose(mlflow.pyfunc.load_model(f"models:/{info.model_id}").predict(test), expected, atol=1e-5)
weights = mlflow.pytorch.load_state_dict(f"runs:/{run_id}/weights")
assert all(torch.equal(weights[name], value) for name, value in network.state_dict().items())


# Lightning: params, metrics of each epoch, the model's summary, checkpoints and the model itself.
class Digits(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Linear(64, 10)

    def forward(self, x):
        return self.layers(x)

    def training_step(self, batch, _):
        loss = torch.nn.functional.cross_entropy(self(batch[0]), batch[1])
        self.log("train_loss", loss, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        self.log("val_loss", torch.nn.functional.cross_entropy(self(batch[0]), batch[1]))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.02)


def batches(x, y):
    return torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.from_numpy(x), torch.tensor(y)), batch_size=128
    )


mlflow.pytorch.autolog(checkpoint_monitor="val_loss", checkpoint_save_best_only=False)
with mlflow.start_run(run_name="lightning") as run:
    module = Digits()
    trainer = lightning.Trainer(
        max_epochs=3, accelerator="cpu", logger=False, enable_progress_bar=False, default_root_dir=sys.argv[1]
    )
    trainer.fit(module, batches(train, train_digits), batches(test, test_digits))
mlflow.pytorch.autolog(disable=True)
run = mlflow.get_run(run.info.run_id)
assert run.data.params["epochs"] == "3" and run.data.params["optimizer_name"] == "Adam", run.data.params
by_epoch = history(run.info.run_id, "val_loss")
assert len(by_epoch) == 3 and by_epoch[max(by_epoch)] < by_epoch[min(by_epoch)], by_epoch
assert run.data.metrics["val_loss"] == trainer.callback_metrics["val_loss"].item()
files = {file.path for file in client.list_artifacts(run.info.run_id)}
assert {"model_summary.txt", "checkpoints"} <= files, files
assert client.list_artifacts(run.info.run_id, "checkpoints")
best = mlflow.pytorch.load_checkpoint(Digits, run.info.run_id)
assert torch.equal(best.layers.weight, module.layers.weight)
[output] = run.outputs.model_outputs
loaded = mlflow.pytorch.load_model(f"models:/{output.model_id}")
assert torch.equal(loaded(torch.from_numpy(test)), module.eval()(torch.from_numpy(test)))

# Keras 3 on PyTorch: its callback logs params and metrics; the model is registered and comes back by its alias.
mlflow.keras.autolog(log_models=False)
with mlflow.start_run(run_name="keras") as run:
    model = keras.Sequential([keras.layers.Input((64,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    fitted = model.fit(train, train_digits, epochs=3, batch_size=128, validation_data=(test, test_digits), verbose=0)
    mlflow.keras.log_model(model, name="digits", registered_model_name="keras-digits")
run = mlflow.get_run(run.info.run_id)
for key in ["loss", "accuracy", "val_loss", "val_accuracy"]:
    assert list(history(run.info.run_id, key).values()) == fitted.history[key], (key, run.data.metrics, fitted.history)
client.set_registered_model_alias("keras-digits", "champion", 1)
predicted = mlflow.pyfunc.load_model("models:/keras-digits@champion").predict(test)
assert numpy.allclose(predicted, model.predict(test, verbose=0), atol=1e-5)

print("passed")
