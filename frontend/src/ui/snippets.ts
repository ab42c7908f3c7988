/** Pieces of code that people look for, written by us; each runs on a fresh machine. */

export type SnippetId =
  | "chart"
  | "table"
  | "upload"
  | "download"
  | "drive"
  | "form"
  | "progress"
  | "picture"
  | "random"
  | "time"
  | "shell"
  | "ask"

export const SNIPPETS: Readonly<Record<SnippetId, string>> = {
  chart: `import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 10, 200)
plt.plot(x, np.sin(x), label="sine")
plt.legend()
plt.show()`,
  table: `import pandas as pd

table = pd.DataFrame({"name": ["Ada", "Bob"], "points": [3, 5]})
table.sort_values("points", ascending=False)`,
  upload: `from google.colab import files

for name, content in files.upload().items():
    print(name, len(content), "bytes")`,
  download: `from google.colab import files

with open("result.txt", "w") as file:
    file.write("What was found")
files.download("result.txt")`,
  drive: `from google.colab import drive

drive.mount("/content/drive")`,
  form: `#@title Greeting { run: "auto" }
name = "Ada" #@param {type:"string"}
times = 1 #@param {type:"slider", min:1, max:5, step:1}
print(f"Hello {name}! " * times)`,
  progress: `import time

for step in range(1, 21):
    print(f"\\r{step * 5} %", end="")
    time.sleep(0.1)`,
  picture: `from IPython.display import Image, display

display(Image(filename="picture.png", width=400))`,
  random: `import random

random.seed(1)
print(random.sample(range(1, 50), 6))`,
  time: `import time

begin = time.perf_counter()
sum(range(10_000_000))
print(f"{time.perf_counter() - begin:.3f} s")`,
  shell: `!python --version
!df -h /content`,
  ask: `answer = input("What is your name? ")
print("Hello,", answer)`,
}
